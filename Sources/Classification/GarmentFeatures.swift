/// What a garment detector looks at: a coarse view of a picture, and how its grey levels vary.
///
/// The coarse view tells shapes apart; the variation, over all and along each row and column, tells
/// garments from noise, blank pictures, letters and views whose coarse view could be a garment's.
struct GarmentFeatures {
  private static let cell = 4
  private static let coarseSide = ImageTensor.width / cell
  private static let variationCount = 6
  private static let lineCount = ImageTensor.width + ImageTensor.height

  /// Numbers a picture.
  static let count = coarseSide * coarseSide + variationCount + 2 * lineCount

  private static let blackLevel: Float = 0.02
  private static let litLevel: Float = 0.08

  /// The mean of each 4x4 pixels, row by row; the deviation within 2x2 pixels, the mean differences of
  /// horizontal and of vertical neighbours, the standard deviation, the share of black pixels, and
  /// the brightest level; the standard deviation of each row and of each column; the share of lit
  /// pixels of each row and of each column.
  let values: [Float]

  init(of tensor: ImageTensor) {
    values = tensor.pixels.withUnsafeBufferPointer { pixels in
      let lines = Self.lines(of: pixels)
      return Self.coarse(of: pixels) + Self.variation(of: pixels) + lines.deviations
        + lines.litShares
    }
  }

  private static func coarse(of pixels: UnsafeBufferPointer<Float>) -> [Float] {
    var means = [Float](repeating: 0, count: coarseSide * coarseSide)
    for y in 0..<ImageTensor.height {
      for x in 0..<ImageTensor.width {
        means[y / cell * coarseSide + x / cell] += pixels[y * ImageTensor.width + x]
      }
    }
    return means.map { $0 / Float(cell * cell) }
  }

  private static func variation(of pixels: UnsafeBufferPointer<Float>) -> [Float] {
    let (width, height) = (ImageTensor.width, ImageTensor.height)
    var across: Float = 0
    var down: Float = 0
    var sum: Float = 0
    var squares: Float = 0
    var black: Float = 0
    var brightest: Float = 0
    for y in 0..<height {
      for x in 0..<width {
        let index = y * width + x
        let level = pixels[index]
        sum += level
        squares += level * level
        black += level < blackLevel ? 1 : 0
        brightest = max(brightest, level)
        if x + 1 < width { across += abs(pixels[index + 1] - level) }
        if y + 1 < height { down += abs(pixels[index + width] - level) }
      }
    }
    let count = Float(ImageTensor.elementCount)
    return [
      deviationWithinSquares(of: pixels), across / Float(height * (width - 1)),
      down / Float(width * (height - 1)), deviation(sum: sum, squares: squares, count: count),
      black / count, brightest,
    ]
  }

  private static func deviationWithinSquares(of pixels: UnsafeBufferPointer<Float>) -> Float {
    var squares: Float = 0
    for y in stride(from: 0, to: ImageTensor.height, by: 2) {
      for x in stride(from: 0, to: ImageTensor.width, by: 2) {
        let corner = y * ImageTensor.width + x
        let below = corner + ImageTensor.width
        let (a, b, c, d) = (pixels[corner], pixels[corner + 1], pixels[below], pixels[below + 1])
        let mean = (a + b + c + d) / 4
        squares += (a - mean) * (a - mean) + (b - mean) * (b - mean)
        squares += (c - mean) * (c - mean) + (d - mean) * (d - mean)
      }
    }
    return (squares / Float(ImageTensor.elementCount)).squareRoot()
  }

  /// The rows' numbers, and after them the columns'.
  private static func lines(
    of pixels: UnsafeBufferPointer<Float>
  ) -> (deviations: [Float], litShares: [Float]) {
    let (width, height) = (ImageTensor.width, ImageTensor.height)
    var sums = [Float](repeating: 0, count: lineCount)
    var squares = sums
    var lit = sums
    for y in 0..<height {
      for x in 0..<width {
        let level = pixels[y * width + x]
        let isLit: Float = level > litLevel ? 1 : 0
        sums[y] += level
        sums[height + x] += level
        squares[y] += level * level
        squares[height + x] += level * level
        lit[y] += isLit
        lit[height + x] += isLit
      }
    }
    let lengths = (0..<lineCount).map { Float($0 < height ? width : height) }
    return (
      (0..<lineCount).map { deviation(sum: sums[$0], squares: squares[$0], count: lengths[$0]) },
      zip(lit, lengths).map { $0 / $1 }
    )
  }

  private static func deviation(sum: Float, squares: Float, count: Float) -> Float {
    let mean = sum / count
    return max(0, squares / count - mean * mean).squareRoot()
  }
}
