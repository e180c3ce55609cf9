import Classification
import Glibc

/// A garment of the data set as smooth functions of the place: how bright it is, how opaque, and
/// how much of the light it keeps off a ground beside it.
///
/// Places are in pixels of the data set's picture; (0, 0) is its top left corner, and around it
/// nothing is. Cubic convolution between the pixels' centres keeps their levels.
struct GarmentField {
  /// Samples a pixel of the data set, and side.
  private static let factor = 8
  /// Pixels around the picture, so that shadows fade out.
  private static let padding = 10
  /// Pixels a side with the padding.
  private static let paddedSide = ImageTensor.width + 2 * padding
  /// Samples a side.
  private static let side = paddedSide * factor

  /// Brightness from 0 to 255, opacity and shade from 0 to 1, and nothing.
  private let samples: [SIMD4<Float>]

  /// Creates the field of a picture of 784 levels.
  ///
  /// - Parameter shadowBlur: The standard deviation, in pixels, by which a shadow is blurred.
  init(levels: [UInt8], shadowBlur: Float) {
    let opacities = GarmentMatte.opacities(of: levels)
    var padded = [SIMD4<Float>](repeating: .zero, count: Self.paddedSide * Self.paddedSide)
    for y in 0..<ImageTensor.height {
      for x in 0..<ImageTensor.width {
        let index = y * ImageTensor.width + x
        padded[(y + Self.padding) * Self.paddedSide + x + Self.padding] = SIMD4(
          Float(levels[index]), opacities[index], opacities[index], 0)
      }
    }
    let reach = Int((3 * shadowBlur).rounded(.up))
    let bell = (-reach...reach).map { expf(-0.5 * powf(Float($0) / shadowBlur, 2)) }
    let sum = bell.reduce(0, +)
    for _ in 0..<2 {
      padded = Self.transposed(
        Self.blurred(padded, weights: bell.map { $0 / sum }), width: Self.paddedSide)
    }
    let columns = Self.transposed(
      Self.enlarged(padded, width: Self.paddedSide), width: Self.side)
    let all = Self.transposed(
      Self.enlarged(columns, width: Self.paddedSide), width: Self.side)
    samples = all.map { $0.clamped(lowerBound: .zero, upperBound: SIMD4(255, 1, 1, 0)) }
  }

  /// The brightness (0), opacity (1) and shade (2) at a place.
  @inline(__always)
  func callAsFunction(x: Float, y: Float) -> SIMD4<Float> {
    let column = (x + Float(Self.padding)) * Float(Self.factor) - 0.5
    let row = (y + Float(Self.padding)) * Float(Self.factor) - 0.5
    let limit = Float(Self.side - 1)
    guard column >= 0, row >= 0, column < limit, row < limit else { return .zero }
    let left = Int(column)
    let top = Int(row)
    let across = column - Float(left)
    let down = row - Float(top)
    let index = top &* Self.side &+ left
    let upper = samples[index] * (1 - across) + samples[index &+ 1] * across
    let lower =
      samples[index &+ Self.side] * (1 - across) + samples[index &+ Self.side &+ 1] * across
    return upper * (1 - down) + lower * down
  }

  /// Blurs the shade, and it alone, along the rows.
  private static func blurred(_ grid: [SIMD4<Float>], weights: [Float]) -> [SIMD4<Float>] {
    let reach = weights.count / 2
    return grid.indices.map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: paddedSide)
      var sample = grid[index]
      sample.z = 0
      for (offset, weight) in zip(-reach...reach, weights)
      where (0..<paddedSide).contains(column + offset) {
        sample.z += weight * grid[row * paddedSide + column + offset].z
      }
      return sample
    }
  }

  /// Makes ``factor`` samples of each pixel along the rows: cubic convolution with a = -1/2 (Keys,
  /// *Cubic Convolution Interpolation for Digital Image Processing*, 1981).
  private static func enlarged(_ grid: [SIMD4<Float>], width: Int) -> [SIMD4<Float>] {
    let phases = (0..<factor).map { phase in
      let place = (Float(phase) + 0.5) / Float(factor) - 0.5
      let first = place < 0 ? -2 : -1
      return (first, cubicWeights(at: place < 0 ? place + 1 : place))
    }
    var enlarged: [SIMD4<Float>] = []
    enlarged.reserveCapacity(grid.count * factor)
    for row in 0..<grid.count / width {
      for column in 0..<width {
        for (first, weights) in phases {
          var sum = SIMD4<Float>.zero
          for tap in 0..<4 {
            let neighbour = min(max(column + first + tap, 0), width - 1)
            sum += weights[tap] * grid[row * width + neighbour]
          }
          enlarged.append(sum)
        }
      }
    }
    return enlarged
  }

  /// The weights of the four pixels around a place between the middle two.
  private static func cubicWeights(at place: Float) -> SIMD4<Float> {
    let (p, q) = (place, 1 - place)
    return SIMD4(
      -0.5 * p * q * q, (1.5 * p - 2.5) * p * p + 1, (1.5 * q - 2.5) * q * q + 1, -0.5 * q * p * p)
  }

  private static func transposed(_ grid: [SIMD4<Float>], width: Int) -> [SIMD4<Float>] {
    let height = grid.count / width
    var result = [SIMD4<Float>](repeating: .zero, count: grid.count)
    for y in 0..<height {
      for x in 0..<width { result[x * height + y] = grid[y * width + x] }
    }
    return result
  }
}
