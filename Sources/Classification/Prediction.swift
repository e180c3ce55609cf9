/// What a model says of one picture: the classes ranked by calibrated confidence.
public struct Prediction: Sendable, Hashable {
  /// Every class, the most probable first.
  public let ranking: [ClassScore]
  /// The most probable class.
  public let best: ClassScore
  /// Whether the picture looks like a garment at all. When it does not, the classes mean nothing.
  public let isGarment: Bool
  /// Whether the confidence of ``best`` is below the model's threshold, or the picture no garment's.
  public let isUncertain: Bool

  /// Ranks the classes of one picture.
  ///
  /// - Throws: ``InferenceError/unusableLogits`` when the logits are not one finite number a label.
  public init(
    logits: Logits, labels: LabelSet, calibration: Calibration = Calibration(),
    isGarment: Bool = true
  ) throws(InferenceError) {
    guard logits.values.count == labels.count, logits.values.allSatisfy(\.isFinite) else {
      throw .unusableLogits
    }
    let probabilities = logits.softmax(temperature: calibration.temperature)
    // Ties keep label order, so that equal logits rank the same on every engine.
    let ranking = zip(labels.names, probabilities).enumerated()
      .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
      .map { ClassScore(name: $0.element.0, confidence: $0.element.1) }
    guard let best = ranking.first else { throw .unusableLogits }
    self.ranking = ranking
    self.best = best
    self.isGarment = isGarment
    isUncertain = !isGarment || best.confidence < calibration.uncertaintyThreshold
  }

  /// The `count` most probable classes, or all there are.
  public func topK(_ count: Int) -> ArraySlice<ClassScore> {
    ranking.prefix(count)
  }
}
