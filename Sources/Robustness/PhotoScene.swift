import Classification
import Dataset
import Glibc
import Imaging

/// Everything about a photograph but the garment: drawn at random, rendered by ``PhotoRenderer``.
struct PhotoScene {
  /// How the file is written.
  enum Encoding: Hashable {
    case png
    case jpeg(quality: Int)
  }

  /// What is behind the garment, in levels of red, green and blue.
  struct Ground: Hashable {
    /// Where it is lightest.
    var colour: SIMD3<Float>
    /// How much darker it becomes from one edge of the photograph to the other.
    var slope: Float = 0
    /// The direction in which it darkens, of length 1.
    var direction = SIMD2<Float>(1, 0)
  }

  /// A shadow: the garment's outline, moved and blurred.
  struct Shadow: Hashable {
    /// The share of the light that it takes away.
    var strength: Float
    /// Where it falls, in pixels of the data set's picture.
    var offset: SIMD2<Float>
    /// The standard deviation of its blur, in pixels of the data set's picture.
    var blur: Float
  }

  /// The size of the upright photograph, in pixels.
  var width = 1
  var height = 1
  /// Pixels of the photograph a pixel of the data set's picture.
  var scale: Float = 1
  /// The middle of the data set's picture, in pixels of the photograph.
  var centre = SIMD2<Float>(0, 0)
  /// How far the garment is turned, in radians.
  var angle: Float = 0
  var ground = Ground(colour: SIMD3(repeating: 255))
  /// Whether the garment is the negative of the data set's picture.
  var isNegated = true
  /// How much of the light of each channel the garment's brightest level of the data set keeps back
  /// (negated) or returns, from 0 to 1.
  var dye = SIMD3<Float>(repeating: 1)
  var shadow: Shadow?
  /// The standard deviation of the noise, in levels.
  var noise: Float = 0
  /// Whether the ground is left out and its place transparent.
  var isCutOut = false
  var orientation = Orientation.up
  var encoding = Encoding.png

  /// Draws a scene.
  init(
    _ corruption: PhotoCorruption, longerSide: ClosedRange<Double>,
    using generator: inout SeededGenerator
  ) {
    ground = Ground(colour: SIMD3(repeating: Float(generator.uniform(200...255))))
    dye = SIMD3(repeating: Float(generator.uniform(0.85...1)))
    encoding =
      generator.happens(0.5)
      ? .png : .jpeg(quality: 85 + generator.integer(below: 11))
    apply(corruption, using: &generator)
    frame(
      longerSide: generator.logUniform(longerSide),
      isFarOff: corruption == .offCentre || corruption == .combined && generator.happens(0.4),
      using: &generator)
  }

  private mutating func apply(
    _ corruption: PhotoCorruption, using generator: inout SeededGenerator
  ) {
    switch corruption {
    case .darkGround:
      isNegated = false
      ground.colour = SIMD3(repeating: Float(generator.uniform(0...60)))
    case .lightGround, .offCentre: break
    case .tintedGround: ground.colour = Self.lightTint(using: &generator)
    case .gradientGround: darkenGround(using: &generator)
    case .rotated: angle = Float(generator.uniform(-10...10) * .pi / 180)
    case .jpeg: encoding = .jpeg(quality: 40 + generator.integer(below: 56))
    case .noise: noise = Float(generator.uniform(3...15))
    case .shadow: castShadow(using: &generator)
    case .alpha:
      isCutOut = true
      encoding = .png
      // What a program leaves where nothing can be seen.
      ground.colour = SIMD3(repeating: generator.happens(0.5) ? 0 : 255)
    case .exifOrientation:
      encoding = .jpeg(quality: 85 + generator.integer(below: 11))
      orientation = Self.orientation(using: &generator)
    case .coloured: colourGarment(using: &generator)
    case .combined: combine(using: &generator)
    }
  }

  private mutating func combine(using generator: inout SeededGenerator) {
    let grounds: [PhotoCorruption] = [.darkGround, .lightGround, .tintedGround, .gradientGround]
    apply(grounds[generator.integer(below: grounds.count)], using: &generator)
    apply(.jpeg, using: &generator)
    if generator.happens(0.4) { apply(.rotated, using: &generator) }
    if generator.happens(0.4) { noise = Float(generator.uniform(3...10)) }
    if generator.happens(0.4) { apply(.shadow, using: &generator) }
    if generator.happens(0.4) { apply(.coloured, using: &generator) }
    if generator.happens(0.4) { orientation = Self.orientation(using: &generator) }
  }

  /// Chooses the size of the photograph and where in it the garment is.
  private mutating func frame(
    longerSide: Double, isFarOff: Bool, using generator: inout SeededGenerator
  ) {
    // In units of the data set's picture; a turned one needs a tenth more on each side.
    let narrowest = angle == 0 ? 0.03 : 0.12
    let margins = (0..<4).map { _ in
      generator.uniform(isFarOff ? narrowest...2 : narrowest...0.25)
    }
    let size = SIMD2(1 + margins[0] + margins[1], 1 + margins[2] + margins[3])
    let side = longerSide / size.max()
    width = max(1, Int((size.x * side).rounded()))
    height = max(1, Int((size.y * side).rounded()))
    scale = Float(side / Double(ImageTensor.width))
    centre = SIMD2(Float((margins[0] + 0.5) * side), Float((margins[2] + 0.5) * side))
  }

  private mutating func darkenGround(using generator: inout SeededGenerator) {
    let direction = generator.uniform(0...2 * .pi)
    ground = Ground(
      colour: SIMD3(repeating: Float(generator.uniform(225...255))),
      slope: Float(generator.uniform(20...60)),
      direction: SIMD2(Float(cos(direction)), Float(sin(direction))))
  }

  private mutating func castShadow(using generator: inout SeededGenerator) {
    let direction = generator.uniform(0...2 * .pi)
    let distance = generator.uniform(1.5...4)
    shadow = Shadow(
      strength: Float(generator.uniform(0.15...0.45)),
      offset: SIMD2(Float(distance * cos(direction)), Float(distance * sin(direction))),
      blur: Float(generator.uniform(0.8...2)))
  }

  /// Lets each channel keep back another share of the light, and one all of it.
  private mutating func colourGarment(using generator: inout SeededGenerator) {
    let shares = SIMD3<Float>(
      Float(generator.uniform(0.35...1)), Float(generator.uniform(0.35...1)),
      Float(generator.uniform(0.35...1)))
    dye *= shares / shares.max()
  }

  /// A colour of any hue, with a saturation of 0.1 to 0.4 and a luminance (ITU-R BT.601) of about
  /// 180 to 240.
  private static func lightTint(using generator: inout SeededGenerator) -> SIMD3<Float> {
    let hue = Float(generator.uniform(0...6))
    let saturation = Float(generator.uniform(0.1...0.4))
    let colour = SIMD3<Float>(5, 3, 1).map { offset in
      let place = (offset + hue).truncatingRemainder(dividingBy: 6)
      return 1 - saturation * max(0, min(place, 4 - place, 1))
    }
    let luminance = (colour * SIMD3(0.299, 0.587, 0.114)).sum()
    return (colour * (Float(generator.uniform(180...240)) / luminance))
      .clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
  }

  private static func orientation(using generator: inout SeededGenerator) -> Orientation {
    Orientation.allCases[generator.integer(below: Orientation.allCases.count)]
  }
}

extension SIMD3<Float> {
  fileprivate func map(_ transform: (Float) -> Float) -> SIMD3<Float> {
    SIMD3(transform(x), transform(y), transform(z))
  }
}
