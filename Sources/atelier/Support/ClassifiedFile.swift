import AtelierServer
import Classification
import Imaging
import Pipeline

/// What `atelier classify` says of one picture.
struct ClassifiedFile {
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
    confidence = Double(prediction.best.confidence)
    inferenceTimeMilliseconds = inferenceTime.milliseconds
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

  /// The result for programs.
  var json: OrderedJSON {
    [
      "class": .string(className),
      "confidence": .fixed(confidence, decimals: 4),
      "garment": .boolean(garment),
      "inference_time_ms": .fixed(inferenceTimeMilliseconds, decimals: 4),
      "model": .string(model),
      "model_version": .string(modelVersion),
      "path": .string(path),
      "preprocess": .string(preprocess),
      "top_k": .array(
        topK.map {
          [
            "class": .string($0.name), "confidence": .fixed(Double($0.confidence), decimals: 4),
          ]
        }),
      "uncertain": .boolean(uncertain),
    ]
  }
}
