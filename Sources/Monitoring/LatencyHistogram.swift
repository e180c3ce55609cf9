import Histogram

/// Latencies, to read quantiles from: within one part in a hundred, in memory that does not grow with
/// their number.
///
/// Source: G. Tene, *HdrHistogram: A High Dynamic Range Histogram*, http://hdrhistogram.org.
struct LatencyHistogram: Sendable {
  /// Longer ones count as this long.
  static let longest = Duration.seconds(600)

  /// In microseconds; it has room for the longest latency so far, some kilobytes.
  private var histogram: Histogram<UInt32>

  init() {
    histogram = Histogram(highestTrackableValue: 1_024, numberOfSignificantValueDigits: .two)
    histogram.autoResize = true
  }

  /// How many latencies there are.
  var count: Int { Int(histogram.totalCount) }

  mutating func record(_ latency: Duration) {
    let microseconds = min(max(latency, .zero), Self.longest) / .microseconds(1)
    histogram.record(UInt64(microseconds))
  }

  mutating func add(_ other: LatencyHistogram) { histogram.add(other.histogram) }

  /// The latency that a share of all does not exceed; `nil` when there are none.
  ///
  /// - Parameter share: From 0 to 1: 0.95 for the 95th percentile.
  func quantile(_ share: Double) -> Duration? {
    guard count > 0 else { return nil }
    return .microseconds(histogram.valueAtPercentile(share * 100))
  }

  /// The longest latency; `nil` when there are none.
  var longest: Duration? { count > 0 ? .microseconds(histogram.maxRecorded) : nil }
}
