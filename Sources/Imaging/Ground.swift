/// What a photograph shows behind the garment, estimated from its border.
struct Ground {
  /// The luminance around which most of the border lies.
  let level: Int
  /// The standard deviation of the border's luminance around ``level``.
  let noise: Double

  /// The width of the histogram's window, to either side: shadows and compression blur a level.
  private static let window = 6
  /// Differences beyond this are the garment's, and no noise.
  private static let largestNoise = 24

  /// Estimates the ground of a picture.
  ///
  /// The mode of the border rather than its median: a pullover covers more than half of a tight
  /// picture's border. The corners, which the data set's authors go by, count again.
  init(of plane: Plane) {
    var histogram = [Int](repeating: 0, count: 256)
    func count(rows: Range<Int>, columns: Range<Int>) {
      for y in rows { for x in columns { histogram[Int(plane[x, y])] += 1 } }
    }
    let (width, height) = (plane.width, plane.height)
    let band = min(max(1, min(width, height) / 64), height, width)
    count(rows: 0..<band, columns: 0..<width)
    count(rows: height - band..<height, columns: 0..<width)
    count(rows: 0..<height, columns: 0..<band)
    count(rows: 0..<height, columns: width - band..<width)
    let (cornerWidth, cornerHeight) = (max(1, width / 12), max(1, height / 12))
    for rows in [0..<cornerHeight, height - cornerHeight..<height] {
      for columns in [0..<cornerWidth, width - cornerWidth..<width] {
        count(rows: rows, columns: columns)
      }
    }

    func levels(around level: Int, by distance: Int) -> ClosedRange<Int> {
      max(0, level - distance)...min(255, level + distance)
    }
    let weights = (0..<256).map { level in
      levels(around: level, by: Self.window).reduce(0) { $0 + histogram[$1] }
    }
    let peak =
      weights.indices.max { (weights[$0], histogram[$0]) < (weights[$1], histogram[$1]) } ?? 0
    let common = levels(around: peak, by: Self.window)
    let sum = common.reduce(0) { $0 + histogram[$1] * $1 }
    let level = (sum + weights[peak] / 2) / max(1, weights[peak])
    let near = levels(around: level, by: Self.largestNoise)
    let total = near.reduce(0) { $0 + histogram[$1] }
    let squares = near.reduce(0) { $0 + histogram[$1] * ($1 - level) * ($1 - level) }
    self.level = level
    noise = (Double(squares) / Double(max(1, total))).squareRoot()
  }
}
