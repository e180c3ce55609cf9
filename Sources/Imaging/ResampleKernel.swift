/// The weights that turn a row of one length into a row of another, as integers.
///
/// The same numbers as Pillow's for 8-bit pictures: the filter is stretched when shrinking, weights
/// add up to one, and have 22 fractional bits, which leaves two of 32 for overshooting.
struct ResampleKernel {
  static let fractionBits: Int32 = 22

  /// The input pixels that one output pixel is made of.
  private(set) var ranges: [Range<Int>] = []
  /// The weights of all ranges, one after the other.
  private(set) var weights: [Int32] = []

  /// Computes the weights of cubic convolution.
  init(from inputSize: Int, to outputSize: Int) {
    let scale = Double(inputSize) / Double(outputSize)
    let stretch = max(scale, 1)
    let support = Self.support * stretch
    let most = Int(2 * support) + 2
    ranges.reserveCapacity(outputSize)
    weights.reserveCapacity(outputSize * most)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: most) { values in
      for index in 0..<outputSize {
        let center = (Double(index) + 0.5) * scale
        let range =
          max(Int(center - support + 0.5), 0)..<min(Int(center + support + 0.5), inputSize)
        var sum = 0.0
        for (place, pixel) in range.enumerated() {
          let value = Self.weight(at: (Double(pixel) - center + 0.5) * (1 / stretch))
          values.initializeElement(at: place, to: value)
          sum += value
        }
        ranges.append(range)
        for place in 0..<range.count {
          let value = values[place]
          let fixed = (sum == 0 ? value : value / sum) * Double(1 << Self.fractionBits)
          weights.append(Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5))
        }
      }
    }
  }

  /// The distance, in output pixels when shrinking, beyond which no pixel counts.
  private static let support = 2.0

  /// How much a pixel counts at a distance: cubic convolution with a = -1/2 (Keys, *Cubic
  /// Convolution Interpolation for Digital Image Processing*, 1981), the operations in the order
  /// that gives Pillow's bits.
  private static func weight(at distance: Double) -> Double {
    let a = -0.5
    let x = abs(distance)
    if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
    return 0
  }

  /// One half, from which every sum starts so that it is rounded.
  static let half: Int32 = 1 << (fractionBits - 1)

  /// The whole part of a sum, clipped to a byte.
  @inline(__always)
  static func byte(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> fractionBits)))
  }
}
