/// The part of a photograph that the garment is in, at a size that is always the same.
struct CloseUp {
  /// Pixels a pixel of the data set's pictures, along a side: enough to tell a seam from noise.
  private static let cell = 4
  /// The longer side, in pixels.
  private static let side = 28 * cell
  /// The brightest ground that counts as dark.
  private static let darkGround: Float = 110
  /// The difference from the ground, whatever the noise, at which a garment begins.
  private static let leastRelief: Float = 8
  /// The share of its surroundings' relief at which a blurred edge begins.
  private static let edgeShare: Float = 0.15
  /// The longer side of the smaller picture in which the garment is first looked for.
  private static let searchSide = 112
  /// Pixels of that smaller picture that stay around the garment.
  private static let margin = 3

  /// The luminance.
  private let plane: Plane
  /// How far the luminance is from the ground's, on the side on which garments are.
  private let relief: Relief
  /// The luminance of the ground in the middle.
  private let ground: Float
  /// The standard deviation of the noise.
  private let noise: Float

  /// Whether garments are darker than the ground, as in the photographs that the data set's authors
  /// negated.
  private var isOnLightGround: Bool { ground > Self.darkGround }

  /// Looks for the garment; `nil` when all of an upright photograph is ground.
  init?(of photograph: Plane) {
    let slope = Ground(of: photograph)
    guard let (columns, rows) = Self.surroundings(in: photograph, ground: slope) else {
      return nil
    }
    let scale = Float(Self.side) / Float(max(columns.count, rows.count))
    let plane = photograph.cropped(columns: columns, rows: rows)
      .resized(
        width: max(1, Int((Float(columns.count) * scale).rounded())),
        height: max(1, Int((Float(rows.count) * scale).rounded())))
    func ground(x: Int, y: Int) -> Float {
      slope(
        x: Float(columns.lowerBound) + (Float(x) + 0.5) / scale - 0.5,
        y: Float(rows.lowerBound) + (Float(y) + 0.5) / scale - 0.5)
    }
    self.plane = plane
    self.ground = ground(x: plane.width / 2, y: plane.height / 2)
    // Pixels that are averaged have less noise.
    noise = slope.noise * min(1, scale)
    let sign: Float = self.ground > Self.darkGround ? 1 : -1
    var levels: [Float] = []
    levels.reserveCapacity(plane.pixels.count)
    for y in 0..<plane.height {
      for x in 0..<plane.width { levels.append(sign * (ground(x: x, y: y) - Float(plane[x, y]))) }
    }
    relief = Relief(width: plane.width, height: plane.height, levels: levels)
  }

  /// The columns and rows of a photograph that are not all ground, and a margin.
  private static func surroundings(
    in photograph: Plane, ground: Ground
  ) -> (columns: Range<Int>, rows: Range<Int>)? {
    let factor = max(1, max(photograph.width, photograph.height) / searchSide)
    let small = photograph.reduced(by: factor)
    let (across, down) = (min(factor, photograph.width), min(factor, photograph.height))
    let threshold = max(leastRelief, 4 * ground.noise / Float(factor))
    var differs = Mask(
      width: small.width, height: small.height,
      contains: [Bool](repeating: false, count: small.pixels.count))
    for y in 0..<small.height {
      for x in 0..<small.width {
        let level = ground(
          x: (Float(x) + 0.5) * Float(across) - 0.5, y: (Float(y) + 0.5) * Float(down) - 0.5)
        differs.contains[y * small.width + x] = abs(level - Float(small[x, y])) > threshold
      }
    }
    var columns: ClosedRange<Int>?
    var rows: ClosedRange<Int>?
    for y in 0..<small.height {
      for x in 0..<small.width where differs.contains[y * small.width + x] {
        // A speck that is alone is dust or noise.
        guard differs.hasNeighbour(y * small.width + x) else { continue }
        columns = min(columns?.lowerBound ?? x, x)...max(columns?.upperBound ?? x, x)
        rows = min(rows?.lowerBound ?? y, y)...max(rows?.upperBound ?? y, y)
      }
    }
    func widened(_ range: ClosedRange<Int>, by factor: Int, within count: Int) -> Range<Int> {
      max(
        0, (range.lowerBound - margin) * factor)..<min(
          count, (range.upperBound + 1 + margin) * factor)
    }
    guard let columns, let rows else { return nil }
    return (
      widened(columns, by: across, within: photograph.width),
      widened(rows, by: down, within: photograph.height)
    )
  }

  /// The garment bright on black, cropped to what can be seen of it; `nil` when it is all ground.
  func garment() -> Plane? {
    let mask = GarmentMask(
      cell: Self.cell, ground: ground, noise: noise, isOnLightGround: isOnLightGround
    ).garment(of: relief)
    guard let (columns, rows) = outline(of: mask) else { return nil }
    return brightOnBlack(mask).cropped(columns: columns, rows: rows)
  }

  /// The garment's brightness or, on a light ground, its negative; 0 beside it.
  ///
  /// Along its outline, half a pixel of the data set wide, the garment lets the ground through, and
  /// what counts is the difference from the ground.
  private func brightOnBlack(_ mask: Mask) -> Plane {
    let inside = Relief(
      width: mask.width, height: mask.height, levels: mask.contains.map { $0 ? 1 : 0 }
    ).blurred(by: 0.5 * Float(Self.cell)).levels
    return Plane(
      width: plane.width, height: plane.height,
      pixels: mask.contains.indices.map { index in
        guard mask.contains[index] else { return 0 }
        let level = Float(plane.pixels[index])
        let brightness = isOnLightGround ? 255 - level : level
        // Half of a blurred mask's edge lies outside of it.
        let share = max(0, 2 * inside[index] - 1)
        let blend = relief.levels[index] * (1 - share) + brightness * share
        return UInt8(max(0, min(255, blend.rounded())))
      })
  }

  /// The columns and rows from one edge of the garment to the other.
  private func outline(of mask: Mask) -> (columns: Range<Int>, rows: Range<Int>)? {
    let visible = zip(relief.levels, mask.contains).map { $1 ? abs($0) : 0 }
    var strongest: [Float] = []
    let columns = (0..<mask.width).map { x in
      let column = (0..<mask.height).lazy.map { visible[$0 * mask.width + x] }
      return Self.strength(of: column, keeping: &strongest)
    }
    let rows = (0..<mask.height).map { y in
      Self.strength(of: visible[y * mask.width..<(y + 1) * mask.width], keeping: &strongest)
    }
    guard let left = edge(of: columns), let right = edge(of: columns.reversed()),
      let top = edge(of: rows), let bottom = edge(of: rows.reversed()),
      left + right < columns.count, top + bottom < rows.count
    else { return nil }
    return (left..<columns.count - right, top..<rows.count - bottom)
  }

  /// The relief that the strongest fiftieth of a row or column exceeds: a few specks do not hold the
  /// crop open.
  ///
  /// - Parameter strongest: Room for the strongest ones in falling order: a few, of which the last is
  ///   asked for.
  private static func strength(
    of line: some Collection<Float>, keeping strongest: inout [Float]
  ) -> Float {
    strongest.removeAll(keepingCapacity: true)
    strongest.append(contentsOf: repeatElement(-.infinity, count: line.count / 50 + 1))
    for level in line where level > strongest[strongest.count - 1] {
      var position = strongest.count - 1
      while position > 0 && strongest[position - 1] < level {
        strongest[position] = strongest[position - 1]
        position -= 1
      }
      strongest[position] = level
    }
    return strongest[strongest.count - 1]
  }

  /// Where the garment begins in a series of rows or columns.
  private func edge(of strengths: [Float]) -> Int? {
    let threshold = max(Self.leastRelief, 3 * noise)
    guard let first = strengths.firstIndex(where: { $0 > threshold }) else { return nil }
    // Enlarged and blurred garments fade out over a pixel of the data set.
    return (first..<min(first + Self.cell, strengths.count)).first { index in
      let nearby = strengths[index..<min(index + Self.cell + 1, strengths.count)]
      return strengths[index] >= Self.edgeShare * (nearby.max() ?? 0)
    } ?? first
  }
}
