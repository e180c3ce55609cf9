import Classification
import Imaging
import Jobs
import Pipeline

/// What is asked for with a job that classifies an upload of many pictures.
struct ArchiveJobParameters: Codable, Sendable {
  var engine: EngineKind
  /// The version of the model that answered when the job was asked for, so that a promotion meanwhile
  /// does not split its results; `nil` in jobs of earlier releases, which take the served one.
  var model: String?
  var topK: Int
  var preprocess: Preprocessing
  /// The names of the first files that have one, for lists.
  var files: [String]
  /// How many files there are.
  var fileCount: Int
  /// Bytes of the upload.
  var bytes: Int

  private static let namedFiles = 3

  private enum CodingKeys: String, CodingKey {
    case engine, model, topK = "top_k", preprocess, files, fileCount = "file_count", bytes
  }

  init(classifier: Classifier, parameters: PredictionParameters, upload: BatchUpload) {
    engine = classifier.engine.kind
    model = classifier.modelVersion
    topK = parameters.topK
    preprocess = parameters.preprocessing
    files = upload.files.prefix(Self.namedFiles).map { UploadedFileName.sanitized($0.name) }
      .filter { !$0.isEmpty }
    fileCount = upload.files.count
    bytes = upload.spool.size
  }

  /// How each picture is classified.
  var prediction: PredictionParameters {
    PredictionParameters(topK: topK, modelVersion: model, preprocessing: preprocess)
  }
}

extension JobKind {
  /// The classification of an upload of many pictures.
  static let archive = JobKind(rawValue: "archive")
}
