import Classification
import Dataset
import Glibc
import Imaging

/// Paints a scene with a garment in it and writes it as a file.
///
/// A pixel is `ground * (1 - opacity) + garment * opacity`. With `L` the data set's level, which is
/// darker by itself where the garment is thin, `garment * opacity` is `255 * opacity - L` for a
/// negated garment and `L` for one that is not: on pure white, the first is `255 - L`, which is the
/// photograph that the data set's authors negated.
struct PhotoRenderer {
  private let scene: PhotoScene
  private let field: GarmentField
  private let cosine: Float
  private let sine: Float
  private let samplesPerPixel: Int

  /// Prepares to paint a picture of 784 levels.
  init(_ scene: PhotoScene, levels: [UInt8]) {
    self.scene = scene
    field = GarmentField(levels: levels, shadowBlur: scene.shadow?.blur ?? 1)
    cosine = cosf(scene.angle)
    sine = sinf(scene.angle)
    samplesPerPixel = scene.isCutOut ? 4 : 3
  }

  /// The bytes of the file.
  func file(noise generator: inout SeededGenerator) -> [UInt8] {
    let isTurned = scene.orientation.exchangesSides
    let width = isTurned ? scene.height : scene.width
    let height = isTurned ? scene.width : scene.height
    let pixels = pixels(noise: &generator)
    return switch (scene.encoding, scene.isCutOut) {
    case (.png, true): PNGEncoder.encode(rgba: pixels, width: width, height: height)
    case (.png, false): PNGEncoder.encode(rgb: pixels, width: width, height: height)
    case (.jpeg(let quality), _):
      JPEGEncoder.encode(
        rgb: pixels, width: width, height: height, quality: quality,
        orientation: scene.orientation)
    }
  }

  /// The samples in the order of the file.
  private func pixels(noise generator: inout SeededGenerator) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: scene.width * scene.height * samplesPerPixel)
    let (start, right, down) = scene.orientation.storage(width: scene.width, height: scene.height)
    pixels.withUnsafeMutableBufferPointer { pixels in
      for y in 0..<scene.height {
        var position = (start &+ y &* down) &* samplesPerPixel
        for x in 0..<scene.width {
          var (colour, opacity) = pixel(x: x, y: y)
          if scene.noise > 0 { colour += generator.nearlyNormal() * scene.noise }
          for channel in 0..<3 { pixels[position &+ channel] = Self.byte(colour[channel]) }
          if samplesPerPixel == 4 { pixels[position &+ 3] = Self.byte(opacity * 255) }
          position &+= right &* samplesPerPixel
        }
      }
    }
    return pixels
  }

  /// The colour of a pixel of the upright photograph, in levels, and its opacity from 0 to 1.
  @inline(__always)
  private func pixel(x: Int, y: Int) -> (colour: SIMD3<Float>, opacity: Float) {
    let offset = SIMD2(Float(x) + 0.5, Float(y) + 0.5) - scene.centre
    let half = Float(ImageTensor.width) / 2
    let column = (cosine * offset.x + sine * offset.y) / scene.scale + half
    let row = (cosine * offset.y - sine * offset.x) / scene.scale + half
    let sample = field(x: column, y: row)
    let (level, opacity) = (sample.x, sample.y)
    let garment =
      scene.isNegated ? 255 * opacity - level * scene.dye : level * scene.dye
    if scene.isCutOut {
      return opacity > 0
        ? (garment / opacity, opacity) : (scene.ground.colour, 0)
    }
    var ground = scene.ground.colour
    if scene.ground.slope > 0 {
      ground -= scene.ground.slope * share(alongSlopeAt: SIMD2(Float(x), Float(y)))
    }
    if let shadow = scene.shadow {
      let shade = field(x: column - shadow.offset.x, y: row - shadow.offset.y).z
      ground *= 1 - shadow.strength * shade
    }
    return (ground * (1 - opacity) + garment, 1)
  }

  /// How far the ground has darkened: 0 at the photograph's first corner in the direction of the
  /// slope, 1 at the last.
  @inline(__always)
  private func share(alongSlopeAt place: SIMD2<Float>) -> Float {
    let direction = scene.ground.direction
    let size = SIMD2(Float(max(scene.width - 1, 1)), Float(max(scene.height - 1, 1)))
    let reach = abs(direction.x) + abs(direction.y)
    let centred = (place / size - 0.5) * direction
    return (centred.x + centred.y) / reach + 0.5
  }

  @inline(__always)
  private static func byte(_ level: Float) -> UInt8 {
    UInt8(max(0, min(255, level)) + 0.5)
  }
}
