/// How often values fell below each of some bounds.
struct Histogram: Sendable {
  /// The upper bounds, ascending; everything above the last counts as infinite.
  let bounds: [Double]
  /// How many values fell in each bucket, the infinite one last; not cumulative.
  private(set) var counts: [Int]
  /// The sum of all values.
  private(set) var sum = 0.0

  init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  mutating func record(_ value: Double) {
    var bucket = 0
    while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
    counts[bucket] += 1
    sum += value
  }

  /// From a tenth of a millisecond to half a minute, in seconds.
  static let seconds = Histogram(bounds: [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    30,
  ])

  /// From a second to half a day, in seconds.
  static let jobSeconds = Histogram(bounds: [1, 5, 15, 60, 300, 900, 3_600, 14_400, 43_200])

  /// From a tenth to all.
  static let shares = Histogram(bounds: [
    0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1,
  ])

  /// From one picture to 64.
  static let pictures = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64])
}
