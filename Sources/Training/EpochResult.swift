/// What one epoch of a training run achieved.
public struct EpochResult: Sendable, Hashable, Codable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// Mean loss over the training pictures as they were learned from, in nats.
  public let trainingLoss: Double
  /// Accuracy over the training pictures as they were learned from, from 0 to 1.
  public let trainingAccuracy: Double
  /// Mean negative log likelihood over the validation split after the epoch, in nats.
  public let validationLoss: Double
  /// Accuracy over the validation split after the epoch, from 0 to 1.
  public let validationAccuracy: Double
  /// Time the epoch took, without validation.
  public let seconds: Double

  /// Creates a result.
  public init(
    epoch: Int, trainingLoss: Double, trainingAccuracy: Double, validationLoss: Double,
    validationAccuracy: Double, seconds: Double
  ) {
    self.epoch = epoch
    self.trainingLoss = trainingLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
    self.seconds = seconds
  }
}
