/// What a photograph shows behind the garment, estimated from its border: a luminance that is the
/// same everywhere, or that changes evenly across the picture as light from one side makes it.
struct Ground {
  /// A luminance that is a linear function of the place.
  private struct Slope: Equatable {
    var level: Float
    var right: Float = 0
    var down: Float = 0

    func callAsFunction(x: Float, y: Float) -> Float { level + right * x + down * y }
  }

  /// A pixel of the border.
  private struct Sample {
    let x: Float
    let y: Float
    let level: Float
  }

  private let slope: Slope

  /// The standard deviation of the border's luminance around the ground's.
  let noise: Float

  /// The largest distance from a ground at which a pixel still belongs to it, whatever the noise:
  /// shadows and compression blur a level.
  private static let tolerance: Float = 8
  /// Differences beyond this are the garment's, and no noise.
  private static let largestNoise: Float = 24
  /// How many times as much of the border a slope has to explain as a level does: a garment that
  /// fills the border is no slope.
  private static let slopeAdvantage: Float = 1.1
  /// The most pixels across the picture that are looked at.
  private static let samplingSide = 256

  /// Estimates the ground of a picture.
  ///
  /// Of several proposals the one wins that most of the border lies near: the most frequent level
  /// (not the median: a pullover covers more than half of a tight picture's border), and the slopes
  /// through three of the four corners, which the data set's authors go by too.
  init(of plane: Plane) {
    let corners = Self.corners(of: plane)
    var samples = Self.border(of: plane)
    for corner in corners { samples += corner }
    let medians = corners.map(Self.median)
    let mode = Slope(level: Self.mostFrequentLevel(in: samples))
    var best = Self.fitted(mode, to: samples, isLevel: true)
    var support = Self.slopeAdvantage * Float(Self.supporters(of: best, in: samples))
    for missing in corners.indices {
      let others = medians.indices.filter { $0 != missing }.map { medians[$0] }
      guard let proposal = Self.slope(through: others) else { continue }
      let fitted = Self.fitted(proposal, to: samples, isLevel: false)
      let count = Float(Self.supporters(of: fitted, in: samples))
      if count > support { (best, support) = (fitted, count) }
    }
    slope = best
    let errors = samples.map { $0.level - best(x: $0.x, y: $0.y) }
      .filter { abs($0) <= Self.largestNoise }
    noise = (errors.reduce(0) { $0 + $1 * $1 } / Float(max(1, errors.count))).squareRoot()
  }

  /// The luminance at a place, in pixels from the middle of the first one.
  func callAsFunction(x: Float, y: Float) -> Float { slope(x: x, y: y) }

  private static func border(of plane: Plane) -> [Sample] {
    let (width, height) = (plane.width, plane.height)
    let band = min(max(1, min(width, height) / 64), height, width)
    var border: [Sample] = []
    append(plane, rows: 0..<band, columns: 0..<width, to: &border)
    append(plane, rows: height - band..<height, columns: 0..<width, to: &border)
    append(plane, rows: 0..<height, columns: 0..<band, to: &border)
    append(plane, rows: 0..<height, columns: width - band..<width, to: &border)
    return border
  }

  private static func corners(of plane: Plane) -> [[Sample]] {
    let (width, height) = (max(1, plane.width / 12), max(1, plane.height / 12))
    return [0..<height, plane.height - height..<plane.height].flatMap { rows in
      [0..<width, plane.width - width..<plane.width].map { columns in
        var corner: [Sample] = []
        append(plane, rows: rows, columns: columns, to: &corner)
        return corner
      }
    }
  }

  private static func append(
    _ plane: Plane, rows: Range<Int>, columns: Range<Int>, to samples: inout [Sample]
  ) {
    let step = max(1, max(plane.width, plane.height) / samplingSide)
    for y in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
      for x in stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
        samples.append(Sample(x: Float(x), y: Float(y), level: Float(plane[x, y])))
      }
    }
  }

  /// The level around which most samples lie.
  private static func mostFrequentLevel(in samples: [Sample]) -> Float {
    var histogram = [Int](repeating: 0, count: 256)
    for sample in samples { histogram[Int(sample.level)] += 1 }
    let reach = Int(tolerance)
    let weights = (0..<256).map { level in
      histogram[max(0, level - reach)...min(255, level + reach)].reduce(0, +)
    }
    let mode = weights.indices.max {
      (weights[$0], histogram[$0]) < (weights[$1], histogram[$1])
    }
    return Float(mode ?? 0)
  }

  /// The middle of a corner, at its median level.
  private static func median(of corner: [Sample]) -> Sample {
    let count = Float(corner.count)
    return Sample(
      x: corner.reduce(0) { $0 + $1.x } / count, y: corner.reduce(0) { $0 + $1.y } / count,
      level: corner.map(\.level).element(ofRank: corner.count / 2))
  }

  private static func slope(through places: [Sample]) -> Slope? {
    let (first, second, third) = (places[0], places[1], places[2])
    let (x1, y1) = (second.x - first.x, second.y - first.y)
    let (x2, y2) = (third.x - first.x, third.y - first.y)
    let determinant = x1 * y2 - x2 * y1
    guard abs(determinant) > 1 else { return nil }
    let (rise1, rise2) = (second.level - first.level, third.level - first.level)
    let right = (rise1 * y2 - rise2 * y1) / determinant
    let down = (x1 * rise2 - x2 * rise1) / determinant
    return Slope(level: first.level - right * first.x - down * first.y, right: right, down: down)
  }

  private static func supporters(of slope: Slope, in samples: [Sample]) -> Int {
    samples.count { abs(slope(x: $0.x, y: $0.y) - $0.level) <= tolerance }
  }

  /// Fits a proposal to the samples that are near it, by least squares, a few times over.
  private static func fitted(_ proposal: Slope, to samples: [Sample], isLevel: Bool) -> Slope {
    var slope = proposal
    for _ in 0..<4 {
      var sums = Moments()
      for sample in samples where abs(slope(x: sample.x, y: sample.y) - sample.level) <= tolerance {
        sums.add(x: Double(sample.x), y: Double(sample.y), level: Double(sample.level))
      }
      guard let fit = sums.plane(isLevel: isLevel) else { return slope }
      let next = Slope(level: Float(fit.level), right: Float(fit.right), down: Float(fit.down))
      // The same once is the same ever after.
      guard next != slope else { return slope }
      slope = next
    }
    return slope
  }
}
