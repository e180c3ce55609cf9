import Dataset
import Glibc

extension SeededGenerator {
  /// A uniform number of a range.
  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// A number of a range whose logarithm is uniform.
  mutating func logUniform(_ range: ClosedRange<Double>) -> Double {
    exp(uniform(log(range.lowerBound)...log(range.upperBound)))
  }

  /// Whether something happens that does so with a probability.
  mutating func happens(_ probability: Double) -> Bool { unit() < probability }

  /// Three numbers that are nearly normal, with a mean of 0 and a standard deviation of 1.
  ///
  /// Each is the sum of four uniform ones, the four quarters of a draw: nothing is beyond 3.5
  /// deviations, and a photograph of millions of pixels takes no logarithms.
  @inline(__always)
  mutating func nearlyNormal() -> SIMD3<Float> {
    func deviate(_ bits: UInt64) -> Float {
      let sum = (bits & 0xFFFF) &+ (bits >> 16 & 0xFFFF) &+ (bits >> 32 & 0xFFFF) &+ (bits >> 48)
      // The sum of four has a mean of 2 and a variance of 1/3, in units of 65535.
      return (Float(sum) / 65_535 - 2) * 1.7320508
    }
    return SIMD3(deviate(next()), deviate(next()), deviate(next()))
  }
}
