public import Networks

/// The outcome of a training run.
public struct TrainedModel: Sendable {
  /// The parameters.
  public let parameters: StateDict
  /// What each epoch achieved.
  public let history: [EpochResult]
  /// What the run was asked to do.
  public let settings: TrainingSettings
  /// The version that the run started from; `nil` for random parameters.
  public let base: String?

  /// Combines what a run was asked and what it gave.
  public init(
    parameters: StateDict, history: [EpochResult], settings: TrainingSettings, base: String? = nil
  ) {
    self.parameters = parameters
    self.history = history
    self.settings = settings
    self.base = base
  }
}
