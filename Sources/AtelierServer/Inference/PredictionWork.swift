import Classification
import Imaging
import Pipeline

/// A picture to classify, and how.
struct PredictionWork: Sendable {
  /// The bytes of the picture's file.
  let bytes: [UInt8]
  let preprocessing: Preprocessing
  let classifier: Classifier

  /// Whether two pictures may be computed in one batch.
  func canJoin(_ other: PredictionWork) -> Bool {
    classifier.engine.kind == other.classifier.engine.kind
      && classifier.modelVersion == other.classifier.modelVersion
  }
}
