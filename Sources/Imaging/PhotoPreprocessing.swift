import Classification

/// Makes of any picture of a garment one like those of the data set: the garment bright on black,
/// its longer side 28 pixels, in the middle.
///
/// The recipe of Xiao, Rasul, Vollgraf, *Fashion-MNIST*, 2017, section 2 (trim what is close to the
/// ground, shrink, sharpen, centre, negate), with a ground that is estimated rather than known to be
/// white.
enum PhotoPreprocessing {
  /// The longer side, in pixels, that is enough to find a garment and shrink it to 28 pixels.
  static let workingSide = 224

  /// How much a pixel's difference from its neighbours counts more after sharpening. The authors'
  /// recipe, a Gaussian of radius and standard deviation 1, has 0.66 in its usual implementation; of
  /// photographs of the validation split most are known with this.
  private static let sharpening: Float = 0.2

  static func tensor(of picture: Picture) -> ImageTensor {
    let plane = onGround(picture)
      .reduced(by: max(1, max(picture.width, picture.height) / workingSide))
    guard let garment = CloseUp(of: picture.orientation.upright(plane))?.garment() else {
      return ImageTensor(bytes: [UInt8](repeating: 0, count: ImageTensor.elementCount))
    }
    return ImageTensor(bytes: sharpened(stretched(centred(garment))))
  }

  /// The luminance over a ground for what is transparent: white, as in the data set's photographs,
  /// or black for a garment that would not stand out from white.
  private static func onGround(_ picture: Picture) -> Plane {
    var pixels = picture.luminance
    if let opacity = picture.opacity {
      var sum = 0
      var weight = 0
      for (level, alpha) in zip(pixels, opacity) {
        sum += Int(level) * Int(alpha)
        weight += Int(alpha)
      }
      let ground = sum > 230 * weight ? 0 : 255
      for (index, alpha) in opacity.enumerated() {
        let blend = Int(pixels[index]) * Int(alpha) + ground * (255 - Int(alpha))
        pixels[index] = UInt8((blend + 127) / 255)
      }
    }
    return Plane(width: picture.width, height: picture.height, pixels: pixels)
  }

  /// The picture with its longer side 28 pixels, in the middle of 28x28. An odd pixel is left over
  /// on the left and at the top, as in the data set.
  private static func centred(_ plane: Plane) -> [UInt8] {
    let side = ImageTensor.width
    let longer = max(plane.width, plane.height)
    let width = max(1, (plane.width * side + longer / 2) / longer)
    let height = max(1, (plane.height * side + longer / 2) / longer)
    let small = plane.resized(width: width, height: height)
    let left = (side - width + 1) / 2
    let top = (side - height + 1) / 2
    var pixels = [UInt8](repeating: 0, count: side * side)
    for y in 0..<height {
      for x in 0..<width { pixels[(top + y) * side + left + x] = small[x, y] }
    }
    return pixels
  }

  /// The levels scaled so that the brightest is white, as in every picture of the data set.
  private static func stretched(_ pixels: [UInt8]) -> [Float] {
    let brightest = Float(max(1, pixels.max() ?? 1))
    return pixels.map { Float($0) * 255 / brightest }
  }

  /// The picture with each level moved away from the mean of its eight neighbours, which counts them
  /// by a Gaussian of standard deviation 1; around the picture is black.
  private static func sharpened(_ levels: [Float]) -> [UInt8] {
    let (width, height) = (ImageTensor.width, ImageTensor.height)
    // exp(-1/2) beside and exp(-1) across.
    let (side, corner): (Float, Float) = (0.606_530_66, 0.367_879_44)
    let weights = [corner, side, corner, side, 0, side, corner, side, corner]
    let sum = weights.reduce(0, +)
    return levels.indices.map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      var mean: Float = 0
      for (neighbour, weight) in weights.enumerated() {
        let (y, x) = (row + neighbour / 3 - 1, column + neighbour % 3 - 1)
        guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
        mean += weight / sum * levels[y * width + x]
      }
      let level = levels[index] + sharpening * (levels[index] - mean)
      return UInt8(max(0, min(255, level.rounded())))
    }
  }
}
