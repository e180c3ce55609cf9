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

  init(from inputSize: Int, to outputSize: Int, filter: ResampleFilter) {
    let scale = Double(inputSize) / Double(outputSize)
    let stretch = max(scale, 1)
    let support = filter.support * stretch
    ranges.reserveCapacity(outputSize)
    for index in 0..<outputSize {
      let center = (Double(index) + 0.5) * scale
      let range =
        max(Int(center - support + 0.5), 0)..<min(Int(center + support + 0.5), inputSize)
      let values = range.map { filter.weight(at: (Double($0) - center + 0.5) * (1 / stretch)) }
      let sum = values.reduce(0, +)
      ranges.append(range)
      for value in values {
        let fixed = (sum == 0 ? value : value / sum) * Double(1 << Self.fractionBits)
        weights.append(Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5))
      }
    }
  }

  /// One half, from which every sum starts so that it is rounded.
  static let half: Int32 = 1 << (fractionBits - 1)

  /// The whole part of a sum, clipped to a byte.
  @inline(__always)
  static func byte(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, sum >> fractionBits)))
  }
}
