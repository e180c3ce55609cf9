import Glibc

/// How far each pixel of a picture is from its ground, row by row: positive on the side on which
/// garments are, darker than a light ground or brighter than a dark one.
struct Relief {
  let width: Int
  let height: Int
  var levels: [Float]

  init(width: Int, height: Int, levels: [Float]) {
    self.width = width
    self.height = height
    self.levels = levels
  }

  /// Creates a relief of the ground alone.
  init(width: Int, height: Int) {
    self.init(width: width, height: height, levels: [Float](repeating: 0, count: width * height))
  }

  subscript(x: Int, y: Int) -> Float { levels[y * width + x] }

  /// The relief after a Gaussian blur; the border goes on outside of the picture.
  func blurred(by deviation: Float) -> Relief {
    let reach = Int((3 * deviation).rounded(.up))
    let bell = (-reach...reach).map { expf(-0.5 * powf(Float($0) / deviation, 2)) }
    let sum = bell.reduce(0, +)
    let weights = bell.map { $0 / sum }
    return withRowsBlurred(by: weights).withColumnsBlurred(by: weights)
  }

  private func withRowsBlurred(by weights: [Float]) -> Relief {
    let reach = weights.count / 2
    var result = Relief(width: width, height: height)
    var row = [Float](repeating: 0, count: width + 2 * reach)
    for y in 0..<height {
      let (first, last) = (self[0, y], self[width - 1, y])
      for x in 0..<reach { row[x] = first }
      for x in 0..<width { row[reach + x] = self[x, y] }
      for x in row.count - reach..<row.count { row[x] = last }
      for (offset, weight) in weights.enumerated() {
        result.add(row[offset..<offset + width], times: weight, toRow: y)
      }
    }
    return result
  }

  private func withColumnsBlurred(by weights: [Float]) -> Relief {
    let reach = weights.count / 2
    var result = Relief(width: width, height: height)
    for y in 0..<height {
      for (offset, weight) in weights.enumerated() {
        let row = min(max(y + offset - reach, 0), height - 1)
        result.add(levels[row * width..<(row + 1) * width], times: weight, toRow: y)
      }
    }
    return result
  }

  /// Adds a row's multiple, several levels at once.
  @inline(__always)
  private mutating func add(_ row: ArraySlice<Float>, times weight: Float, toRow y: Int) {
    row.withUnsafeBufferPointer { row in
      levels.withUnsafeMutableBufferPointer { levels in
        for x in 0..<width { levels[y &* width &+ x] += weight * row[x] }
      }
    }
  }

  /// How steep the relief is at a pixel, in levels a pixel, by central differences.
  func steepness(x: Int, y: Int) -> Float {
    let across = self[min(x + 1, width - 1), y] - self[max(x - 1, 0), y]
    let down = self[x, min(y + 1, height - 1)] - self[x, max(y - 1, 0)]
    return (across * across + down * down).squareRoot() / 2
  }
}
