/// Durations in order, to read percentiles from.
public struct Percentiles: Sendable, Hashable {
  /// The durations, shortest first.
  public let sorted: [Duration]

  /// Sorts durations.
  ///
  /// - Precondition: there is at least one.
  public init(_ durations: [Duration]) {
    precondition(!durations.isEmpty, "percentiles need at least one duration")
    sorted = durations.sorted()
  }

  /// The duration that a share of all durations does not exceed (nearest rank).
  ///
  /// - Parameter share: From 0 to 1: 0.95 for the 95th percentile.
  public subscript(share: Double) -> Duration {
    let rank = Int((share * Double(sorted.count)).rounded(.up))
    return sorted[min(max(rank, 1), sorted.count) - 1]
  }

  /// The middle duration; the mean of the middle two when their number is even.
  public var median: Duration {
    (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

extension Duration {
  /// The duration in seconds.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// The duration in milliseconds.
  public var milliseconds: Double { seconds * 1_000 }
}
