/// Where a training run stands, as it tells after each step and each epoch.
public enum TrainingProgress: Sendable {
  /// A step was made.
  case step(StepProgress)
  /// An epoch was finished, validated and saved.
  case epoch(EpochResult, of: Int)

  /// Where a run stands within an epoch.
  public struct StepProgress: Sendable {
    /// The epoch, counted from 1.
    public let epoch: Int
    /// All epochs of the run.
    public let epochs: Int
    /// Steps made in this epoch.
    public let step: Int
    /// Steps an epoch.
    public let steps: Int
    /// Mean loss over the epoch so far, in nats.
    public let loss: Double
    /// Accuracy over the epoch so far, from 0 to 1.
    public let accuracy: Double
    /// The time until the run's end, at the speed of its steps so far.
    public let remaining: Duration
  }
}
