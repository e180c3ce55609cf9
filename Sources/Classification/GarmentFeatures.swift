/// What a garment detector looks at: a coarse view of a picture, and how its grey levels vary.
///
/// The coarse view tells shapes apart; the variation tells photographs from noise, blank pictures and
/// drawings whose coarse view could be a garment's.
enum GarmentFeatures {
  private static let coarseSide = ImageTensor.width / 2
  private static let variationCount = 6

  /// Numbers a picture.
  static let count = coarseSide * coarseSide + variationCount

  /// The means of each 2x2 pixels, row by row, and after them: the deviation within the 2x2 pixels,
  /// the mean differences of horizontal and of vertical neighbours, the standard deviation, the share
  /// of black pixels, and the brightest level.
  static func features(of tensor: ImageTensor) -> [Float] {
    tensor.pixels.withUnsafeBufferPointer { pixels in
      var features: [Float] = []
      features.reserveCapacity(count)
      var squaresWithin: Float = 0
      for y in stride(from: 0, to: ImageTensor.height, by: 2) {
        for x in stride(from: 0, to: ImageTensor.width, by: 2) {
          let corner = y * ImageTensor.width + x
          let (a, b) = (pixels[corner], pixels[corner + 1])
          let (c, d) = (pixels[corner + ImageTensor.width], pixels[corner + ImageTensor.width + 1])
          let mean = (a + b + c + d) / 4
          features.append(mean)
          squaresWithin += (a - mean) * (a - mean) + (b - mean) * (b - mean)
          squaresWithin += (c - mean) * (c - mean) + (d - mean) * (d - mean)
        }
      }
      features.append((squaresWithin / Float(ImageTensor.elementCount)).squareRoot())
      features += variation(of: pixels)
      return features
    }
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
    let mean = sum / count
    return [
      across / Float(height * (width - 1)), down / Float(width * (height - 1)),
      max(0, squares / count - mean * mean).squareRoot(), black / count, brightest,
    ]
  }

  private static let blackLevel: Float = 0.02
}
