import Classification
import Imaging
import Pipeline

/// A picture to classify, and how.
struct PredictionWork: Sendable {
  /// The bytes of the picture's file, or its grey levels.
  let bytes: [UInt8]
  /// What the engine shall see, when the picture came as that or was prepared already.
  var tensor: ImageTensor? = nil
  let preprocessing: Preprocessing
  let classifier: Classifier

  /// Whether two pictures may be computed in one batch.
  func canJoin(_ other: PredictionWork) -> Bool {
    classifier.engine.kind == other.classifier.engine.kind
      && classifier.modelVersion == other.classifier.modelVersion
  }
}
