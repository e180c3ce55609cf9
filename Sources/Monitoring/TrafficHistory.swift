/// The traffic of up to 30 days, finely for the last minutes and coarsely for the last weeks.
struct TrafficHistory: Sendable {
  /// Lengths of intervals in seconds, and how many of each cover a window: 5 minutes, an hour, a day, a
  /// week, 30 days.
  static let resolutions = [(5, 60), (60, 60), (1_800, 48), (10_800, 56), (43_200, 60)]

  private var rings: [TrafficRing]

  init() {
    // The first interval of a window has begun before it.
    rings = Self.resolutions.map { TrafficRing(interval: $0.0, count: $0.1 + 1) }
  }

  mutating func record(at second: Int, status: Int, latency: Duration?) {
    for index in rings.indices { rings[index].record(at: second, status: status, latency: latency) }
  }

  /// The finest ring that covers a window of so many seconds.
  func ring(for window: Int) -> TrafficRing {
    rings.first { $0.interval * ($0.count - 1) >= window } ?? rings[rings.count - 1]
  }
}
