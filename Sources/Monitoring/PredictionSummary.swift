public import Records

/// What some predictions have in the sum: classes, confidences, and how many were right.
public struct PredictionSummary: Sendable, Hashable {
  /// How many there are.
  public private(set) var count = 0
  /// How many found a class, by its name.
  public private(set) var classes: [String: Int] = [:]
  /// How many lie in each of `PredictionTally.binCount` intervals of confidence.
  public private(set) var confidences = [Int](repeating: 0, count: PredictionTally.binCount)
  /// How many were "not sure".
  public private(set) var uncertain = 0
  /// How many pictures did not look like garments.
  public private(set) var notGarments = 0
  /// How many have a label.
  public private(set) var labelled = 0
  /// How many have the label that was found.
  public private(set) var right = 0
  /// How many of a true class were taken for a class, by the true class and the one that was found.
  public private(set) var confusion: [String: [String: Int]] = [:]

  /// Sums tallies.
  public init(_ tallies: some Sequence<PredictionTally>) {
    for tally in tallies { add(tally) }
  }

  private mutating func add(_ tally: PredictionTally) {
    count += tally.count
    classes[tally.predictedClass, default: 0] += tally.count
    if confidences.indices.contains(tally.confidenceBin) {
      confidences[tally.confidenceBin] += tally.count
    }
    if tally.isUncertain { uncertain += tally.count }
    if !tally.isGarment { notGarments += tally.count }
    guard let label = tally.trueLabel else { return }
    labelled += tally.count
    if label == tally.predictedClass { right += tally.count }
    confusion[label, default: [:]][tally.predictedClass, default: 0] += tally.count
  }

  /// A part of all predictions, from 0 to 1; `nil` when there are none.
  public func share(_ part: Int) -> Double? { count > 0 ? Double(part) / Double(count) : nil }

  /// Share of the labelled predictions that were right, from 0 to 1; `nil` when there are none.
  public var accuracy: Double? { labelled > 0 ? Double(right) / Double(labelled) : nil }

  /// Where the accuracy of all predictions lies, as far as the labels tell; `nil` when there are none.
  public var accuracyInterval: WilsonInterval? {
    WilsonInterval(successes: right, trials: labelled)
  }
}
