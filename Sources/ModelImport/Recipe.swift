public import ModelStore

/// How weights that another program trained were made, as that program wrote it down.
public struct Recipe: Sendable, Hashable, Codable {
  /// The program, its settings (`settings`, named as those of a training run where they mean the same)
  /// and what its epochs achieved.
  public var training: JSONValue
  /// What the weights were trained on; `nil` when that is not recorded.
  public var dataset: Manifest.Dataset?

  /// Combines what is known of a training run elsewhere.
  public init(training: JSONValue, dataset: Manifest.Dataset? = nil) {
    self.training = training
    self.dataset = dataset
  }
}
