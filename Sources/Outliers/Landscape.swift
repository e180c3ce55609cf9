import Dataset
import Glibc

/// Sky, sometimes with a sun, over ranges of hills, the nearer the lower and the darker.
struct Landscape {
  private let width: Int
  private let height: Int
  private let zenith: Double
  private let horizon: Double
  private let ranges: [Range]
  private let sun: (x: Double, y: Double, radius: Double)?

  private struct Range {
    let level: Double
    let texture: Double
    /// The row where the range begins, for each column.
    let ridge: [Double]
  }

  init(using generator: inout SeededGenerator) {
    let width = 120 + generator.integer(below: 280)
    let height = width * (2 + generator.integer(below: 2)) / 4
    zenith = 80 + 140 * generator.unit()
    horizon = 150 + 105 * generator.unit()
    sun =
      generator.unit() < 0.4
      ? (
        Double(width) * generator.unit(), Double(height) * 0.3 * generator.unit(),
        Double(width) * (0.02 + 0.05 * generator.unit())
      ) : nil
    let count = 2 + generator.integer(below: 3)
    ranges = (0..<count).map { index in
      let nearness = Double(index + 1) / Double(count)
      return Range(
        level: (170 - 130 * nearness) * (0.7 + 0.5 * generator.unit()),
        texture: 24 * nearness * generator.unit(),
        ridge: Self.ridge(
          width: width, middle: Double(height) * (0.35 + 0.45 * nearness),
          roughness: Double(height) * 0.12, using: &generator))
    }
    self.width = width
    self.height = height
  }

  /// A sum of waves, the shorter the flatter.
  private static func ridge(
    width: Int, middle: Double, roughness: Double, using generator: inout SeededGenerator
  ) -> [Double] {
    let waves = (1...6).map { octave in
      (
        frequency: exp2(Double(octave)) * (0.3 + 0.4 * generator.unit()) / Double(width),
        phase: 2 * Double.pi * generator.unit(), height: roughness / exp2(Double(octave - 1))
      )
    }
    return (0..<width).map { x in
      waves.reduce(middle) { $0 + $1.height * sin(2 * .pi * $1.frequency * Double(x) + $1.phase) }
    }
  }

  func canvas(using generator: inout SeededGenerator) -> Canvas {
    var canvas = Canvas(width: width, height: height)
    canvas.fill { x, y in
      if let range = ranges.last(where: { Double(y) >= $0.ridge[x] }) {
        return range.level + range.texture * (generator.unit() - 0.5)
      }
      if let sun, hypot(Double(x) - sun.x, Double(y) - sun.y) < sun.radius { return 255 }
      return zenith + (horizon - zenith) * Double(y) / Double(height)
    }
    return canvas
  }
}
