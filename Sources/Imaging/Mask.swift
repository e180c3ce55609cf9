/// A part of a picture: for each pixel, row by row, whether it belongs to it.
package struct Mask: Hashable {
  let width: Int
  let height: Int
  var contains: [Bool]

  /// Creates a part of a picture from whether each of its pixels belongs to it.
  package init(width: Int, height: Int, contains: [Bool]) {
    self.width = width
    self.height = height
    self.contains = contains
  }

  /// How many pixels belong to the part.
  var count: Int { contains.count { $0 } }

  /// Calls `body` with each pixel above, below and beside a pixel that is in the picture.
  @inline(__always)
  private func forEachNeighbour(of index: Int, _ body: (Int) -> Void) {
    let x = index % width
    if x > 0 { body(index - 1) }
    if x < width - 1 { body(index + 1) }
    if index >= width { body(index - width) }
    if index < contains.count - width { body(index + width) }
  }

  /// Whether a pixel lies at the edge of the picture.
  func isAtEdge(_ index: Int) -> Bool {
    let x = index % width
    return x == 0 || x == width - 1 || index < width || index >= contains.count - width
  }

  /// The part and all pixels that hang together with it, where `joins` lets a pixel of it (first)
  /// take in a neighbour (second).
  func grown(where joins: (_ inside: Int, _ neighbour: Int) -> Bool) -> Mask {
    var result = self
    var queue = contains.indices.filter { contains[$0] }
    var next = 0
    while next < queue.count {
      let index = queue[next]
      next += 1
      forEachNeighbour(of: index) { neighbour in
        guard !result.contains[neighbour] && joins(index, neighbour) else { return }
        result.contains[neighbour] = true
        queue.append(neighbour)
      }
    }
    return result
  }

  /// The pixels that hang together, side by side: a list of pixels for each region of the part.
  package func regions() -> [[Int]] {
    var isSeen = contains.map { !$0 }
    var regions: [[Int]] = []
    for start in contains.indices where !isSeen[start] {
      isSeen[start] = true
      var region = [start]
      var next = 0
      while next < region.count {
        let index = region[next]
        next += 1
        forEachNeighbour(of: index) { neighbour in
          guard !isSeen[neighbour] else { return }
          isSeen[neighbour] = true
          region.append(neighbour)
        }
      }
      regions.append(region)
    }
    return regions
  }

  /// The pixels that are at most `steps` neighbours away from the part, and the part itself.
  ///
  /// Two sweeps give every distance: the nearest pixel of the part lies behind one of the neighbours
  /// that a sweep has passed (Rosenfeld, Pfaltz, *Sequential Operations in Digital Picture Processing*,
  /// 1966).
  func dilated(by steps: Int) -> Mask {
    let far = width + height
    var distances = contains.map { $0 ? 0 : far }
    distances.withUnsafeMutableBufferPointer { distances in
      for y in 0..<height {
        for index in y * width..<(y + 1) * width {
          let left = index > y * width ? distances[index - 1] : far
          let above = y > 0 ? distances[index - width] : far
          distances[index] = min(distances[index], min(left, above) + 1)
        }
      }
      for y in (0..<height).reversed() {
        for index in (y * width..<(y + 1) * width).reversed() {
          let right = index < (y + 1) * width - 1 ? distances[index + 1] : far
          let below = y < height - 1 ? distances[index + width] : far
          distances[index] = min(distances[index], min(right, below) + 1)
        }
      }
    }
    return Mask(width: width, height: height, contains: distances.map { $0 <= steps })
  }

  /// The pixels that do not belong to the part.
  var complement: Mask { Mask(width: width, height: height, contains: contains.map { !$0 }) }

  /// The pixels that belong to this part and not to the other.
  func subtracting(_ other: Mask) -> Mask {
    Mask(
      width: width, height: height, contains: zip(contains, other.contains).map { $0 && !$1 })
  }

  /// The part and all pixels that have it above, below and on both sides of them.
  func withEnclosedPixels() -> Mask {
    var sides = [UInt8](repeating: 0, count: contains.count)
    func sweep(from start: Int, by step: Int, count: Int) {
      var isBehind = false
      var index = start
      for _ in 0..<count {
        isBehind = isBehind || contains[index]
        if isBehind { sides[index] += 1 }
        index += step
      }
    }
    for y in 0..<height {
      sweep(from: y * width, by: 1, count: width)
      sweep(from: (y + 1) * width - 1, by: -1, count: width)
    }
    for x in 0..<width {
      sweep(from: x, by: width, count: height)
      sweep(from: contains.count - width + x, by: -width, count: height)
    }
    return Mask(width: width, height: height, contains: sides.map { $0 == 4 })
  }
}
