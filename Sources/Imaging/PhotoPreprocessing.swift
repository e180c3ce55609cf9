import Classification

/// Makes of any picture of a garment one like those of the data set: the garment bright on black,
/// its longer side 28 pixels, in the middle.
///
/// The recipe of Xiao, Rasul, Vollgraf, *Fashion-MNIST*, 2017, section 2 (trim what is close to the
/// ground, shrink, centre, negate), with a ground that is estimated rather than known to be white.
enum PhotoPreprocessing {
  /// The longer side, in pixels, that is enough to find a garment and shrink it to 28 pixels.
  static let workingSide = 448

  /// The distance from the ground within which the data set's authors trim: 5 % of all levels.
  private static let trimDistance = 13.0

  static func tensor(of picture: Picture) -> ImageTensor {
    let plane = onGround(picture)
      .reduced(by: max(1, max(picture.width, picture.height) / workingSide))
    let ground = Ground(of: plane)
    let garment = brightOnBlack(plane, ground: ground)
    let threshold = UInt8(clamping: Int(max(trimDistance, 5 * ground.noise)))
    guard let trimmed = garment.trimmed(above: threshold) else {
      return ImageTensor(bytes: [UInt8](repeating: 0, count: ImageTensor.elementCount))
    }
    let upright = picture.orientation.upright(
      centred(trimmed), side: ImageTensor.width)
    return ImageTensor(bytes: stretched(upright))
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

  /// How far each pixel is from the ground, towards the side where the garment is: a garment on a
  /// light ground is negated.
  private static func brightOnBlack(_ plane: Plane, ground: Ground) -> Plane {
    let differences = (0..<256).map { $0 - ground.level }
    // More of the picture lies on the garment's side of the ground.
    let balance = zip(differences, plane.histogram()).reduce(0) { $0 + $1.0 * $1.1 }
    let sign = balance < 0 ? -1 : 1
    let noise = Int(2 * ground.noise)
    let levels = differences.map { sign * $0 > noise ? UInt8(sign * $0) : 0 }
    return Plane(
      width: plane.width, height: plane.height, pixels: plane.pixels.map { levels[Int($0)] })
  }

  /// The picture with its longer side 28 pixels, in the middle of 28x28.
  private static func centred(_ plane: Plane) -> [UInt8] {
    let side = ImageTensor.width
    let longer = max(plane.width, plane.height)
    let width = max(1, (plane.width * side + longer / 2) / longer)
    let height = max(1, (plane.height * side + longer / 2) / longer)
    let small = plane.resized(width: width, height: height)
    let left = (side - width) / 2
    let top = (side - height) / 2
    var pixels = [UInt8](repeating: 0, count: side * side)
    for y in 0..<height {
      for x in 0..<width { pixels[(top + y) * side + left + x] = small[x, y] }
    }
    return pixels
  }

  /// The levels scaled so that the brightest is white, as in every picture of the data set.
  private static func stretched(_ pixels: [UInt8]) -> [UInt8] {
    let brightest = max(1, Int(pixels.max() ?? 1))
    return pixels.map { UInt8((Int($0) * 255 + brightest / 2) / brightest) }
  }
}
