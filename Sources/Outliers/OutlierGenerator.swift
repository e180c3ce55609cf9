import Dataset
import Glibc

/// Makes pictures that are no garments, as the PNG files that a user would send.
///
/// The same seed, kind and number give the same picture.
public struct OutlierGenerator {
  private let seed: UInt64
  private let typefaces: [Typeface]

  /// Creates a generator.
  ///
  /// - Throws: ``OutlierError`` when the fonts are missing.
  public init(seed: UInt64) throws(OutlierError) {
    self.seed = seed
    var typefaces: [Typeface] = []
    for path in Typeface.standardPaths { typefaces.append(try Typeface(path: path)) }
    self.typefaces = typefaces
  }

  /// The picture of a kind with a number, counted from 0: a PNG file.
  public func picture(_ kind: OutlierKind, number: Int) -> [UInt8] {
    let kinds = OutlierKind.allCases
    let position = kinds.firstIndex(of: kind) ?? 0
    var generator = SeededGenerator(seed: seed, stream: UInt64(number * kinds.count + position))
    return canvas(kind, using: &generator).png
  }

  private func canvas(_ kind: OutlierKind, using generator: inout SeededGenerator) -> Canvas {
    switch kind {
    case .noise: noise(using: &generator)
    case .blank: blank(using: &generator)
    case .digits: digit(using: &generator)
    case .text: text(using: &generator)
    case .landscapes: Landscape(using: &generator).canvas(using: &generator)
    }
  }

  /// As small as the data set's pictures, which go to a model as they are, or larger.
  private func side(using generator: inout SeededGenerator) -> Int {
    [28, 64, 224][generator.integer(below: 3)]
  }

  private func noise(using generator: inout SeededGenerator) -> Canvas {
    let side = side(using: &generator)
    // Squares of one level: from single pixels to a few across the picture.
    let grain = max(1, side / [224, 28, 14, 7][generator.integer(below: 4)])
    let low = 255 * generator.unit()
    let high = 255 * generator.unit()
    let columns = side / grain + 1
    let levels = (0..<columns * columns).map { _ in low + (high - low) * generator.unit() }
    var canvas = Canvas(width: side, height: side)
    canvas.fill { x, y in levels[y / grain * columns + x / grain] }
    return canvas
  }

  private func blank(using generator: inout SeededGenerator) -> Canvas {
    let side = side(using: &generator)
    let level = 255 * generator.unit()
    let slope = generator.unit() < 0.5 ? 0 : 200 * (generator.unit() - 0.5) / Double(side)
    var canvas = Canvas(width: side, height: side)
    canvas.fill { _, y in level + slope * Double(y) }
    return canvas
  }

  /// Ink and paper, light on dark or dark on light.
  private func contrast(using generator: inout SeededGenerator) -> (ink: Double, paper: Double) {
    let dark = 60 * generator.unit()
    let light = 255 - 60 * generator.unit()
    return generator.unit() < 0.5 ? (dark, light) : (light, dark)
  }

  private func digit(using generator: inout SeededGenerator) -> Canvas {
    let (ink, paper) = contrast(using: &generator)
    let size = 60 + generator.integer(below: 120)
    var canvas = Canvas(width: size * 3 / 2, height: size * 3 / 2, level: paper)
    let face = typefaces[generator.integer(below: typefaces.count)]
    face.draw(
      "\(generator.integer(below: 10))", size: size, x: size / 2, baseline: size * 6 / 5,
      level: ink, on: &canvas)
    return canvas
  }

  private static let words = [
    "order", "your", "new", "coat", "today", "sale", "ends", "Friday", "total", "€ 49.90", "size",
    "invoice", "No. 1207", "thank", "you", "delivery", "by", "post", "returns", "free", "within",
    "30", "days", "please", "keep", "this", "receipt", "menu", "soup", "and", "bread",
  ]

  private func text(using generator: inout SeededGenerator) -> Canvas {
    let (ink, paper) = contrast(using: &generator)
    let size = 16 + generator.integer(below: 40)
    var canvas = Canvas(
      width: 200 + generator.integer(below: 300), height: 120 + generator.integer(below: 300),
      level: paper)
    let face = typefaces[generator.integer(below: typefaces.count)]
    let lines = 1 + generator.integer(below: max(1, canvas.height / size - 2))
    for line in 0..<lines {
      var position = 10
      while position < canvas.width - 60 {
        let word = Self.words[generator.integer(below: Self.words.count)]
        position = face.draw(
          word + " ", size: size, x: position, baseline: (line + 1) * size * 5 / 4, level: ink,
          on: &canvas)
      }
    }
    return canvas
  }
}
