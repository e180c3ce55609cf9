public import Foundation

/// The traffic of a window.
public struct TrafficReport: Sendable {
  /// The traffic of an interval of the window.
  public struct Point: Sendable {
    /// When the interval began.
    public let start: Date
    /// How much of it has passed and was counted, in seconds.
    public let seconds: Double
    /// What came in it.
    public let totals: TrafficTotals

    /// Requests a second.
    public var rate: Double { seconds > 0 ? Double(totals.requests) / seconds : 0 }
  }

  /// When the window began: with the interval that its first moment lies in.
  public let from: Date
  /// When it ends.
  public let to: Date
  /// Since when requests were counted: later than ``from`` when the process is younger.
  public let countedSince: Date
  /// Seconds in an interval.
  public let interval: Int
  /// What came in the whole window.
  public let totals: TrafficTotals
  /// The intervals since ``countedSince``, oldest first.
  public let points: [Point]
  /// What came in the whole window, by what answered.
  public let sources: [TrafficLog.Source: TrafficTotals]

  /// Seconds that were counted.
  public var seconds: Double { to.timeIntervalSince(countedSince) }

  /// Share of the window that was counted, from 0 to 1.
  public var coverage: Double {
    let length = to.timeIntervalSince(from)
    return length > 0 ? min(max(seconds / length, 0), 1) : 0
  }

  /// Requests a second in some totals of the window.
  public func rate(_ totals: TrafficTotals) -> Double {
    seconds > 0 ? Double(totals.requests) / seconds : 0
  }

  init(
    _ histories: [TrafficHistory], sources: [TrafficLog.Source: TrafficHistory],
    over window: TimeWindow, since start: Date, at date: Date
  ) {
    interval = TrafficHistory().ring(for: window.seconds).interval
    let length = Double(interval)
    let now = max(date, start).timeIntervalSince1970
    let first = Int((now - Double(window.seconds)) / length)
    let last = Int(now / length)
    from = Date(timeIntervalSince1970: Double(first) * length)
    to = Date(timeIntervalSince1970: now)
    countedSince = max(from, start)
    let began = countedSince.timeIntervalSince1970
    points = (max(first, Int(began / length))...last).map { number in
      let totals = Self.totals(of: number...number, in: histories, window)
      let (begin, end) = (Double(number) * length, Double(number + 1) * length)
      return Point(
        start: Date(timeIntervalSince1970: begin), seconds: min(end, now) - max(begin, began),
        totals: totals)
    }
    totals = points.reduce(into: TrafficTotals()) { $0.add($1.totals) }
    self.sources = sources.mapValues { Self.totals(of: first...last, in: [$0], window) }
      .filter { $0.value.requests > 0 }
  }

  private static func totals(
    of numbers: ClosedRange<Int>, in histories: [TrafficHistory], _ window: TimeWindow
  ) -> TrafficTotals {
    var totals = TrafficTotals()
    for history in histories {
      let ring = history.ring(for: window.seconds)
      for number in numbers { ring.totals(of: number).map { totals.add($0) } }
    }
    return totals
  }
}
