/// How many requests of some time there were, how many failed, and how long the others took.
public struct TrafficTotals: Sendable {
  /// Requests that were answered, with whatever status.
  public private(set) var requests = 0
  /// Those that were refused for a fault of theirs (4xx).
  public private(set) var clientErrors = 0
  /// Those that failed for a fault of the service (5xx).
  public private(set) var serverErrors = 0
  /// Latencies of the others: a refusal that takes no time says nothing of the service's speed.
  private var latencies: LatencyHistogram?

  /// Creates totals of no requests.
  public init() {}

  mutating func record(status: Int, latency: Duration?) {
    requests += 1
    switch status {
    case 500...: serverErrors += 1
    case 400...: clientErrors += 1
    default:
      guard let latency else { return }
      // Taken out, so that it is changed in place.
      var histogram = latencies.take() ?? LatencyHistogram()
      histogram.record(latency)
      latencies = histogram
    }
  }

  mutating func add(_ other: TrafficTotals) {
    requests += other.requests
    clientErrors += other.clientErrors
    serverErrors += other.serverErrors
    guard let added = other.latencies else { return }
    var histogram = latencies.take() ?? LatencyHistogram()
    histogram.add(added)
    latencies = histogram
  }

  /// Share of requests that failed for a fault of the service, from 0 to 1; 0 when there are none.
  public var errorRate: Double { requests > 0 ? Double(serverErrors) / Double(requests) : 0 }

  /// The latency that a share of the requests without error does not exceed, within 1 %; `nil` when
  /// there are none.
  ///
  /// - Parameter share: From 0 to 1: 0.95 for the 95th percentile.
  public func latency(_ share: Double) -> Duration? { latencies?.quantile(share) }

  /// The longest latency; `nil` when there are none.
  public var longestLatency: Duration? { latencies?.longest }
}
