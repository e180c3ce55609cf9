import Training

/// Where a training job stands, as the next attempt finds it.
struct TrainingJobState: Codable, Sendable {
  /// The version that the run started from; `nil` for random parameters. It is looked up once, so that a
  /// promotion meanwhile does not make another run of it.
  var base: String?
  /// Whether ``base`` was looked up.
  var hasBegun = false
  /// Epochs that those who watch were told of.
  var epochs = 0
  /// What was decided of the new version, before anything was done about it.
  var verdict: PromotionVerdict?
}
