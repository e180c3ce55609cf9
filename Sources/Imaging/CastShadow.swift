/// Tells the shadow that a garment casts on a light ground from the garment.
///
/// A shadow becomes deeper step by step where a garment has an edge, so it is what the ground can
/// grow into without a jump. Pale clothes are as easy to grow into; what was found counts as a
/// shadow only if it looks like one: like the garment's outline, moved aside and blurred.
struct CastShadow {
  /// Pixels of the relief a pixel of the data set's picture, along a side.
  let cell: Int
  /// The luminance of the ground in the middle of the picture.
  let ground: Float
  /// The standard deviation of the relief's noise.
  let noise: Float

  /// The jumps that stop the ground's growth, each in levels a ``cell``.
  private static let jumps: [Float] = [48, 32, 20, 12]
  /// The share of the ground's light that the deepest shadow takes.
  private static let deepest: Float = 0.5
  /// The share of the ground's light that the faintest shadow takes.
  private static let faintest: Float = 0.1
  /// The share of the garment that has to be shadow for it to matter.
  private static let smallestShare = 0.02
  /// How much of a shadow's variance the moved outline has to explain.
  private static let leastLikeness: Float = 0.8
  /// How much more likeness is asked of a shadow for each level a cell less that jumps have.
  private static let likenessPerJump: Float = 0.001
  /// The steepest outer edge of a shadow, in shares of its depth a cell.
  private static let steepestEdge: Float = 0.46
  /// How far a shadow is moved at most, in cells.
  private static let farthest = 5
  /// The standard deviation of the outline's blur, in cells.
  private static let blur: Float = 1.3

  /// The garment without its shadow; as it is when it has none.
  ///
  /// - Parameters:
  ///   - garment: What is not flat ground.
  ///   - relief: How much darker than the ground each pixel is.
  ///   - smooth: The relief with less noise.
  func removed(from garment: Mask, relief: Relief, smooth: Relief) -> Mask {
    var best = garment
    var bestLikeness: Float = 0
    let steepness = relief.blurred(by: 0.25 * Float(cell))
    let ground = garment.complement
    let nearGround = ground.dilated(by: cell)
    for jump in Self.jumps {
      let rest = withoutSoftParts(
        garment, beside: ground, smooth: smooth, jump: jump / Float(cell))
      let shadow = garment.subtracting(rest)
      // Smaller jumps find less.
      guard Double(shadow.count) > Self.smallestShare * Double(garment.count) else { break }
      guard rest.contains.contains(true),
        hasSoftEdge(shadow, of: rest, nearGround: nearGround, relief: relief, smooth: steepness)
      else { continue }
      let (likeness, depth) = likeness(of: relief, toShadowOf: rest)
      guard likeness > Self.leastLikeness, depth > Self.faintest * self.ground else { continue }
      if likeness + Self.likenessPerJump * jump > bestLikeness {
        bestLikeness = likeness + Self.likenessPerJump * jump
        best = rest
      }
    }
    return best
  }

  /// The garment without what the ground grows into.
  private func withoutSoftParts(
    _ garment: Mask, beside ground: Mask, smooth: Relief, jump: Float
  ) -> Mask {
    let largest = max(jump, 1.5 * noise)
    let limit = Self.deepest * self.ground
    let soft = smooth.levels.withUnsafeBufferPointer { levels in
      ground.grown { inside, neighbour in
        let level = levels[neighbour]
        return level > 0 && level <= limit && abs(level - levels[inside]) <= largest
      }
    }
    return garment.subtracting(soft.complement.withEnclosedPixels().complement)
  }

  /// Whether a shadow fades into the ground, away from the garment.
  private func hasSoftEdge(
    _ shadow: Mask, of rest: Mask, nearGround: Mask, relief: Relief, smooth: Relief
  ) -> Bool {
    let nearGarment = rest.dilated(by: cell * 3 / 2)
    let edge = shadow.subtracting(nearGarment)
    var slopes: [Float] = []
    for index in edge.contains.indices where edge.contains[index] && nearGround.contains[index] {
      slopes.append(smooth.steepness(x: index % shadow.width, y: index / shadow.width))
    }
    guard 2 * slopes.count >= cell * cell else { return false }
    let steepest = slopes.element(ofRank: slopes.count * 3 / 4) * Float(cell)
    // Nine tenths of the shadow may not be less deep than its edge is steep.
    let depth = steepest / Self.steepestEdge
    let shallow = shadow.contains.indices.count {
      shadow.contains[$0] && relief.levels[$0] <= depth
    }
    return shallow <= shadow.count * 9 / 10
  }

  /// How well the outline of a garment, moved and blurred, explains what is dark beside it.
  ///
  /// - Returns: The share of the relief's squares that the best of all moves explains, and the depth
  ///   of the shadow at that place.
  private func likeness(
    of relief: Relief, toShadowOf garment: Mask
  ) -> (likeness: Float, depth: Float) {
    let (width, height) = (relief.width / cell, relief.height / cell)
    guard width > 0, height > 0 else { return (0, 0) }
    let margin = Self.farthest
    var outline = Relief(
      width: width + 2 * margin, height: height + 2 * margin,
      levels: [Float](repeating: 0, count: (width + 2 * margin) * (height + 2 * margin)))
    var beside: [(x: Int, y: Int, level: Float)] = []
    for y in 0..<height {
      for x in 0..<width {
        let (share, level) = average(of: relief, over: garment, column: x, row: y)
        outline.levels[(y + margin) * outline.width + x + margin] = share
        if share == 0 { beside.append((x + margin, y + margin, max(0, level))) }
      }
    }
    let squares = beside.reduce(0) { $0 + $1.level * $1.level }
    guard squares > 0 else { return (0, 0) }
    let shade = outline.blurred(by: Self.blur)
    var best: (likeness: Float, depth: Float) = (0, 0)
    for down in -margin...margin {
      for right in -margin...margin {
        var (products, shades): (Float, Float) = (0, 0)
        for (x, y, level) in beside {
          let value = shade[x - right, y - down]
          products += value * level
          shades += value * value
        }
        guard shades > 0 else { continue }
        let likeness = products * products / (shades * squares)
        if likeness > best.likeness { best = (likeness, products / shades) }
      }
    }
    return best
  }

  /// The share of the garment in a cell, and the mean of the relief.
  private func average(
    of relief: Relief, over garment: Mask, column: Int, row: Int
  ) -> (share: Float, level: Float) {
    var (count, sum): (Int, Float) = (0, 0)
    for y in row * cell..<(row + 1) * cell {
      for index in y * relief.width + column * cell..<y * relief.width + (column + 1) * cell {
        if garment.contains[index] { count += 1 }
        sum += relief.levels[index]
      }
    }
    let area = Float(cell * cell)
    return (Float(count) / area, sum / area)
  }
}
