import CPixels

/// The weights of a kernel as `CPixels` takes them.
struct RowTaps {
  /// Taps that are multiplied together; ranges are widened by weights of zero to a multiple of it.
  private static let lanes = 16

  /// The input pixels that each output pixel is made of.
  private(set) var places: [CPixelsTaps] = []
  /// The upper halves of the weights of all ranges, one after the other.
  private(set) var high: [Int16] = []
  /// The lower halves.
  private(set) var low: [Int16] = []

  /// - Parameter rowLength: How many pixels there are to take from.
  init(_ kernel: ResampleKernel, rowLength: Int) {
    var weights = kernel.weights[...]
    for range in kernel.ranges {
      let count = min((range.count + Self.lanes - 1) / Self.lanes * Self.lanes, rowLength)
      let start = min(range.lowerBound, rowLength - count)
      places.append(CPixelsTaps(start: UInt32(start), count: UInt32(count)))
      let before = range.lowerBound - start
      let padded =
        repeatElement(0, count: before) + weights.prefix(range.count)
        + repeatElement(0, count: count - before - range.count)
      weights = weights.dropFirst(range.count)
      for weight in padded {
        high.append(Int16(weight >> Int32(CPixelsLowBits)))
        low.append(Int16(weight & (1 << Int32(CPixelsLowBits) - 1)))
      }
    }
  }
}
