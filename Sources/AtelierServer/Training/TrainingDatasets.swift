import Archives
import Dataset
import Foundation
import Records
import Retraining
import Training

/// The data sets of training jobs, and the standard one.
struct TrainingDatasets: Sendable {
  let store: any PredictionStore
  /// How much an uploaded archive may hold.
  let archiveLimits: ArchiveLimits
  /// Where the standard data set is, if it is installed.
  var standardDirectory = FashionMNIST.standardDirectory

  /// Reads an uploaded archive. Blocks the thread.
  ///
  /// - Throws: `DatasetError`.
  func dataset(of upload: BatchUpload) throws(DatasetError) -> UserDataset {
    guard let file = upload.files.first else {
      throw .noPictures(source: Self.archiveName, unreadable: 0)
    }
    return try UserDatasetReader(limits: archiveLimits).read(
      archive: .file(
        descriptor: upload.spool.descriptor, offset: file.offset, count: file.count),
      name: Self.archiveName)
  }

  /// What errors call an upload, whose own name is no business of the one who reads them.
  private static let archiveName = "archive"

  /// Checks that an upload begins as an archive does. Blocks the thread.
  ///
  /// - Throws: `DatasetError`, what reading it would say.
  func checkIsArchive(_ upload: BatchUpload) throws(DatasetError) {
    guard let file = upload.files.first else {
      throw .noPictures(source: Self.archiveName, unreadable: 0)
    }
    do throws(ArchiveError) {
      let reader = try ArchiveReader(
        .file(
          descriptor: upload.spool.descriptor, offset: file.offset, count: file.count),
        limits: archiveLimits)
      _ = try reader.next()
    } catch {
      throw .archive(file: Self.archiveName, reason: error.description)
    }
  }

  /// Whether somebody has labelled a prediction.
  ///
  /// - Throws: `RecordsError`.
  func hasLabels() async throws(RecordsError) -> Bool {
    var filter = PredictionFilter()
    filter.label = .labelled
    return try await !store.page(matching: filter, after: nil, limit: 1).records.isEmpty
  }

  /// The labelled predictions as they were when this was first asked for: those of a folder, into which
  /// they are written then, so that a job that goes on learns from the same pictures.
  ///
  /// - Throws: `DatasetError` or `RecordsError`.
  func labelledPredictions(keptIn folder: URL) async throws -> UserDataset {
    let kept = folder.appending(path: "labels", directoryHint: .isDirectory)
    if !FileManager.default.fileExists(atPath: kept.path) {
      let dataset = try await UserDataset.labelledPredictions(of: store)
      let new = folder.appending(path: "labels.new", directoryHint: .isDirectory)
      try? FileManager.default.removeItem(at: new)
      try dataset.write(to: new)
      try FileManager.default.moveItem(at: new, to: kept)
    }
    return try UserDatasetReader().read(kept).asPredictions
  }

  /// The standard data set; `nil` when it is not installed. Blocks the thread.
  ///
  /// - Throws: `DatasetError` when it is damaged.
  func standard() throws(DatasetError) -> FashionMNIST? {
    guard FileManager.default.fileExists(atPath: standardDirectory.path) else { return nil }
    return try FashionMNIST(directory: standardDirectory)
  }

  /// What `POST /training/inspect` answers. Blocks the thread.
  ///
  /// - Throws: `DatasetError` when it is no data set at all.
  func inspection(
    of dataset: UserDataset, parameters: TrainingParameters
  ) throws(DatasetError) -> OrderedJSON {
    let standard = try standard()
    do throws(DatasetError) {
      let data = try TrainingData(
        dataset, name: parameters.name, mix: parameters.mix, standard: standard,
        strict: parameters.strict)
      if let inspection = data.inspection {
        return InspectionAnswer.json(inspection, problem: nil)
      }
    } catch {
      return InspectionAnswer.json(
        CuratedDataset(dataset, standard: standard).inspection, problem: error.description)
    }
    return .null
  }
}
