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
    let capacity = kernel.weights.count + kernel.ranges.count * Self.lanes
    places.reserveCapacity(kernel.ranges.count)
    high.reserveCapacity(capacity)
    low.reserveCapacity(capacity)
    var position = 0
    for range in kernel.ranges {
      let count = min((range.count + Self.lanes - 1) / Self.lanes * Self.lanes, rowLength)
      let start = min(range.lowerBound, rowLength - count)
      places.append(CPixelsTaps(start: UInt32(start), count: UInt32(count)))
      for pixel in start..<start + count {
        let weight = range.contains(pixel) ? kernel.weights[position + pixel - range.lowerBound] : 0
        high.append(Int16(weight >> Int32(CPixelsLowBits)))
        low.append(Int16(weight & (1 << Int32(CPixelsLowBits) - 1)))
      }
      position += range.count
    }
  }
}
