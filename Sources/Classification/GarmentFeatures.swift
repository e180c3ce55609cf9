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
      [Float](unsafeUninitializedCapacity: Self.count) { values, count in
        guard let pixels = pixels.baseAddress, let first = values.baseAddress else { return }
        first.initialize(repeating: 0, count: Self.count)
        Self.coarse(of: pixels, into: first)
        let variation = first + Self.coarseSide * Self.coarseSide
        for (index, value) in Self.variation(of: pixels).enumerated() { variation[index] = value }
        Self.lines(of: pixels, into: variation + Self.variationCount)
        count = Self.count
      }
    }
  }

  private static func coarse(
    of pixels: UnsafePointer<Float>, into means: UnsafeMutablePointer<Float>
  ) {
    for y in 0..<ImageTensor.height {
      for column in 0..<coarseSide {
        let start = y * ImageTensor.width + column * cell
        for x in start..<start + cell { means[y / cell * coarseSide + column] += pixels[x] }
      }
    }
    for index in 0..<coarseSide * coarseSide { means[index] /= Float(cell * cell) }
  }

  private static func variation(of pixels: UnsafePointer<Float>) -> [Float] {
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

  private static func deviationWithinSquares(of pixels: UnsafePointer<Float>) -> Float {
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

  /// Writes the standard deviations of the rows and of the columns, then their shares of lit pixels. All
  /// have to be zero before.
  private static func lines(
    of pixels: UnsafePointer<Float>, into values: UnsafeMutablePointer<Float>
  ) {
    let (width, height) = (ImageTensor.width, ImageTensor.height)
    let (sums, lit) = (values, values + lineCount)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: lineCount) { squares in
      guard let squares = squares.baseAddress else { return }
      squares.initialize(repeating: 0, count: lineCount)
      for y in 0..<height {
        let row = pixels + y * width
        for x in 0..<width {
          sums[y] += row[x]
          squares[y] += row[x] * row[x]
          lit[y] += row[x] > litLevel ? 1 : 0
        }
        // Apart, so that the columns are added to many at once.
        for x in 0..<width {
          sums[height + x] += row[x]
          squares[height + x] += row[x] * row[x]
          lit[height + x] += row[x] > litLevel ? 1 : 0
        }
      }
      for line in 0..<lineCount {
        let length = Float(line < height ? width : height)
        sums[line] = deviation(sum: sums[line], squares: squares[line], count: length)
        lit[line] /= length
      }
    }
  }

  private static func deviation(sum: Float, squares: Float, count: Float) -> Float {
    let mean = sum / count
    return max(0, squares / count - mean * mean).squareRoot()
  }
}
