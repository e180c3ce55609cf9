/// A random number generator whose sequence follows from its seed alone, on every machine and in
/// every version of Swift.
///
/// SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014). Draws
/// are made with its own methods, since the standard library's algorithms over a generator may
/// change between releases.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
  /// The whole state: a generator with the same state continues the same sequence.
  public private(set) var state: UInt64

  /// Creates a generator from a seed.
  public init(seed: UInt64) {
    state = seed
  }

  /// A generator for one part of a seeded whole, such as one epoch of a training run.
  public init(seed: UInt64, stream: UInt64) {
    var parent = SeededGenerator(seed: seed &+ stream &* 0xD1B5_4A32_D192_ED03)
    state = parent.next()
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A uniform integer from 0 up to, not including, `bound`.
  ///
  /// Lemire's multiplication, without rejection: the bias is below 2^-32 for the bounds of a data
  /// set.
  ///
  /// - Precondition: `bound` is positive.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "a draw needs at least one outcome")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A uniform number from 0 up to, not including, 1.
  public mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// The numbers from 0 up to `count` in random order (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, integer(below: last + 1))
    }
    return order
  }
}
