/// How a model's logits become a confidence, and when an answer counts as "not sure".
public struct Calibration: Sendable, Hashable, Codable {
  /// The softmax temperature, fitted on the validation split.
  public var temperature: Float
  /// Predictions below this confidence are marked uncertain.
  public var uncertaintyThreshold: Float

  /// Creates a calibration.
  public init(temperature: Float = 1, uncertaintyThreshold: Float = 0.5) {
    self.temperature = temperature
    self.uncertaintyThreshold = uncertaintyThreshold
  }
}
