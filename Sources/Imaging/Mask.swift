/// A part of a picture: for each pixel, row by row, whether it belongs to it.
///
/// A `Bool` is a byte of 0 or 1, so that loops over whole parts compute with bytes, of which a processor
/// takes many at once.
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
  var count: Int {
    contains.withUnsafeBytes { bytes in
      var count = 0
      for byte in bytes { count &+= Int(byte) }
      return count
    }
  }

  /// Calls `body` with each pixel above, below and beside a pixel that is in the picture.
  @inline(__always)
  private func forEachNeighbour(of index: Int, _ body: (Int) -> Void) {
    let x = index % width
    if x > 0 { body(index - 1) }
    if x < width - 1 { body(index + 1) }
    if index >= width { body(index - width) }
    if index < contains.count - width { body(index + width) }
  }

  /// Whether one of the pixels above, below and beside a pixel belongs to the part.
  func hasNeighbour(_ index: Int) -> Bool {
    var isFound = false
    forEachNeighbour(of: index) { isFound = isFound || contains[$0] }
    return isFound
  }

  /// Whether a pixel lies at the edge of the picture.
  func isAtEdge(_ index: Int) -> Bool {
    let x = index % width
    return x == 0 || x == width - 1 || index < width || index >= contains.count - width
  }

  /// The part and all pixels that hang together with it, where `joins` lets a pixel of it (first)
  /// take in a neighbour (second).
  @inline(__always)
  func grown(where joins: (_ inside: Int, _ neighbour: Int) -> Bool) -> Mask {
    var result = self
    result.contains.withUnsafeMutableBufferPointer { contains in
      // A pixel comes into the queue once.
      withUnsafeTemporaryAllocation(of: Int.self, capacity: contains.count) { queue in
        var (next, end) = (0, 0)
        for index in contains.indices where contains[index] {
          queue[end] = index
          end += 1
        }
        while next < end {
          let index = queue[next]
          next += 1
          forEachNeighbour(of: index) { neighbour in
            guard !contains[neighbour] && joins(index, neighbour) else { return }
            contains[neighbour] = true
            queue[end] = neighbour
            end += 1
          }
        }
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
  func dilated(by steps: Int) -> Mask {
    var (result, next) = (self, self)
    for _ in 0..<steps {
      next.spread(result)
      swap(&result, &next)
    }
    return result
  }

  /// Becomes another part of the same picture with its neighbours; many pixels at once.
  private mutating func spread(_ other: Mask) {
    let (width, height) = (width, height)
    contains.withUnsafeMutableBytes { spread in
      other.contains.withUnsafeBytes { bytes in
        for y in 0..<height {
          let row = y &* width
          spread[row] = bytes[row]
          for x in 1..<max(1, width) { spread[row &+ x] = bytes[row &+ x] | bytes[row &+ x &- 1] }
          for x in 1..<max(1, width) { spread[row &+ x &- 1] |= bytes[row &+ x] }
          if y > 0 {
            for x in row..<row + width { spread[x] |= bytes[x &- width] }
          }
          if y < height - 1 {
            for x in row..<row + width { spread[x] |= bytes[x &+ width] }
          }
        }
      }
    }
  }

  /// The pixels that do not belong to the part.
  var complement: Mask {
    var result = self
    result.contains.withUnsafeMutableBytes { bytes in
      for index in bytes.indices { bytes[index] ^= 1 }
    }
    return result
  }

  /// The pixels that belong to this part and not to the other.
  func subtracting(_ other: Mask) -> Mask {
    var result = self
    result.contains.withUnsafeMutableBytes { bytes in
      other.contains.withUnsafeBytes { others in
        for index in bytes.indices { bytes[index] &= others[index] ^ 1 }
      }
    }
    return result
  }

  /// The part and all pixels that have it above, below and on both sides of them.
  func withEnclosedPixels() -> Mask {
    var result = Mask(
      width: width, height: height, contains: [Bool](repeating: false, count: contains.count))
    // Those between the first and the last one of their row.
    for y in 0..<height {
      let row = contains[y * width..<(y + 1) * width]
      guard let first = row.firstIndex(of: true), let last = row.lastIndex(of: true) else {
        continue
      }
      for index in first...last { result.contains[index] = true }
    }
    // Of those, the ones that have some above and below, for a whole row at once.
    for rows in [Array(0..<height), (0..<height).reversed()] {
      result.keepBehind(self, rows: rows)
    }
    return result
  }

  /// Keeps the pixels at or behind one of another part, in the order of the rows.
  private mutating func keepBehind(_ other: Mask, rows: [Int]) {
    var isBehind = [UInt8](repeating: 0, count: width)
    let width = width
    contains.withUnsafeMutableBytes { kept in
      other.contains.withUnsafeBytes { bytes in
        isBehind.withUnsafeMutableBufferPointer { isBehind in
          for y in rows {
            for x in 0..<width {
              isBehind[x] |= bytes[y &* width &+ x]
              kept[y &* width &+ x] &= isBehind[x]
            }
          }
        }
      }
    }
  }
}
