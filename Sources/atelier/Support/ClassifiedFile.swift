import Classification
import Imaging
import Pipeline

/// What `atelier classify` says of one picture.
struct ClassifiedFile: Encodable {
  let path: String
  let model: String
  let modelVersion: String
  let className: String
  let confidence: Double
  let inferenceTimeMilliseconds: Double
  let topK: [ClassScore]
  let uncertain: Bool
  let preprocess: String
  let garment: Bool

  init(
    path: String, prediction: Prediction, topCount: Int, classifier: Classifier,
    preprocessing: Preprocessing, inferenceTime: Duration
  ) {
    self.path = path
    model = classifier.engine.kind.displayName
    modelVersion = classifier.modelVersion
    className = prediction.best.name
    confidence = Double(prediction.best.confidence).rounded(decimals: 4)
    inferenceTimeMilliseconds = inferenceTime.milliseconds.rounded(decimals: 4)
    topK = Array(prediction.topK(topCount))
    uncertain = prediction.isUncertain
    preprocess = preprocessing.rawValue
    garment = prediction.isGarment
  }

  /// The result for people: the file, the best class, and the others that were asked for.
  var line: String {
    let others = topK.dropFirst().map { "\($0.name) \(Double($0.confidence).percent)" }
    return "\(path): \(className) \(Double(topK[0].confidence).percent)"
      + (garment ? (uncertain ? " (not sure)" : "") : " (not a garment?)")
      + (others.isEmpty ? "" : "; " + others.joined(separator: ", "))
  }

  private enum CodingKeys: String, CodingKey {
    case path, model, confidence, uncertain, preprocess, garment
    case modelVersion = "model_version"
    case className = "class"
    case inferenceTimeMilliseconds = "inference_time_ms"
    case topK = "top_k"
  }
}

/// What `atelier classify --json` says of a picture that failed.
struct FailedFile: Encodable {
  let path: String
  let error: String
}
