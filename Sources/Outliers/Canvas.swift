import Imaging

/// A picture in the making: grey levels from 0 to 255, row by row.
struct Canvas {
  let width: Int
  let height: Int
  private var levels: [Double]

  init(width: Int, height: Int, level: Double = 0) {
    self.width = width
    self.height = height
    levels = Array(repeating: level, count: width * height)
  }

  subscript(x: Int, y: Int) -> Double {
    get { levels[y * width + x] }
    set { levels[y * width + x] = newValue }
  }

  /// Moves a pixel towards a level by a share from 0 to 1; pixels outside are left alone.
  mutating func blend(_ level: Double, by share: Double, x: Int, y: Int) {
    guard (0..<width).contains(x), (0..<height).contains(y) else { return }
    self[x, y] += (level - self[x, y]) * share
  }

  /// Sets each pixel to what a function says of its column and row.
  mutating func fill(_ level: (_ x: Int, _ y: Int) -> Double) {
    for y in 0..<height {
      for x in 0..<width { self[x, y] = level(x, y) }
    }
  }

  /// The picture as a grey PNG file.
  var png: [UInt8] {
    PNGEncoder.encode(
      grey: levels.map { UInt8(max(0, min(255, $0.rounded()))) }, width: width, height: height)
  }
}
