/// The mean and the spread of a few measurements.
struct Spread {
  /// The arithmetic mean; 0 of none.
  let mean: Double
  /// The standard deviation of the population the measurements are a sample of (with n - 1); `nil` of
  /// fewer than two.
  let standardDeviation: Double?

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / max(count, 1)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = values.count > 1 ? (squares / (count - 1)).squareRoot() : nil
  }
}
