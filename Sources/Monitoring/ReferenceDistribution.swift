import Classification
public import ModelStore
import Records

/// What a model version said of the validation split, which it was neither trained nor tested on: how
/// often each class, and with how much confidence.
public struct ReferenceDistribution: Sendable, Hashable {
  /// Pictures of the split.
  public let samples: Int
  /// How often each class was found, by its name.
  public let classes: [String: Int]
  /// How many answers lay in each of `PredictionTally.binCount` intervals of confidence; `nil` when
  /// that was not counted.
  public let confidences: [Int]?

  /// The name of the split in manifests.
  public static let split = "validation"

  /// Reads the reference of a manifest; `nil` when it does not say what was found on the validation
  /// split, as one of imported weights that were not calibrated.
  public init?(_ manifest: Manifest) {
    guard let metrics = manifest.metrics[Self.split], let confusion = metrics.confusion,
      confusion.count == manifest.labels.count
    else { return nil }
    samples = metrics.samples
    classes = Dictionary(
      zip(
        manifest.labels.names,
        confusion[0].indices.map { column in
          confusion.reduce(0) { $0 + $1[column] }
        }), uniquingKeysWith: +)
    confidences = metrics.reliability.flatMap { bins in
      bins.count == PredictionTally.binCount ? bins.map(\.count) : nil
    }
  }

  /// How far the classes that were found lie from the reference. Classes it does not know count as one
  /// kind more.
  public func classStability(of counts: [String: Int]) -> PopulationStabilityIndex {
    let names = classes.keys.sorted()
    let others = counts.filter { classes[$0.key] == nil }.reduce(0) { $0 + $1.value }
    return PopulationStabilityIndex(
      counts: names.map { counts[$0] ?? 0 } + (others > 0 ? [others] : []),
      reference: names.map { classes[$0] ?? 0 } + (others > 0 ? [0] : []))
  }

  /// How far the confidences lie from the reference; `nil` when it has none.
  ///
  /// Neighbouring intervals count as one until they hold 2 % of the reference: most answers are sure,
  /// and shares of next to nothing would decide the index.
  public func confidenceStability(of counts: [Int]) -> PopulationStabilityIndex? {
    guard let confidences else { return nil }
    let least = (samples + 49) / 50
    var (merged, reference): ([Int], [Int]) = ([], [])
    var (count, expected) = (0, 0)
    for (here, there) in zip(counts, confidences) {
      count += here
      expected += there
      guard expected >= least else { continue }
      merged.append(count)
      reference.append(expected)
      (count, expected) = (0, 0)
    }
    guard !merged.isEmpty else { return nil }
    merged[merged.count - 1] += count
    reference[reference.count - 1] += expected
    return PopulationStabilityIndex(counts: merged, reference: reference)
  }
}
