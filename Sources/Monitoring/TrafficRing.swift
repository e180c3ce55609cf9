/// The latest intervals of one length, each with its totals; an interval takes the place of the one a
/// round before it.
struct TrafficRing: Sendable {
  /// Seconds in an interval.
  let interval: Int
  /// How many intervals are kept, the present one too.
  let count: Int
  private var slots: [Slot?]

  private struct Slot: Sendable {
    /// The interval, counted from 1970 on.
    let number: Int
    var totals = TrafficTotals()
  }

  init(interval: Int, count: Int) {
    self.interval = interval
    self.count = count
    slots = Array(repeating: nil, count: count)
  }

  /// - Parameter second: When it was, in seconds since 1970.
  mutating func record(at second: Int, status: Int, latency: Duration?) {
    let number = second / interval
    let place = number % count
    // A clock that was set back counts on in the interval that is there.
    if slots[place].map({ $0.number < number }) ?? true { slots[place] = Slot(number: number) }
    slots[place]?.totals.record(status: status, latency: latency)
  }

  /// The totals of an interval; `nil` when nothing was recorded in it, or it was too long ago.
  func totals(of number: Int) -> TrafficTotals? {
    guard let slot = slots[number % count], slot.number == number else { return nil }
    return slot.totals
  }
}
