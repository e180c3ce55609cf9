import Classification
import Testing

/// What C computes for the garment detector, beside the same in plain loops.
@Suite struct GarmentDetectorTests {
  private static let side = 28

  /// Numbers from 0 to below 1 that look random.
  private static func numbers(_ count: Int, seed: UInt32) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / Float(1 << 24)
    }
  }

  /// A picture of which a third is black.
  private static func picture(_ seed: UInt32) -> ImageTensor {
    ImageTensor(bytes: numbers(784, seed: seed).map { $0 < 0.3 ? 0 : UInt8($0 * 255) })
  }

  private static func mean(_ levels: [Double]) -> Double {
    levels.reduce(0, +) / Double(levels.count)
  }

  private static func deviation(_ levels: [Double]) -> Double {
    let middle = mean(levels)
    return mean(levels.map { ($0 - middle) * ($0 - middle) }).squareRoot()
  }

  private static func lit(_ levels: [Double]) -> Double {
    let isLit: [Double] = levels.map { $0 > 0.08 ? 1 : 0 }
    return mean(isLit)
  }

  private static func features(of tensor: ImageTensor) -> [Double] {
    let levels = tensor.pixels.map { Double($0) }
    /// The pixels of a rectangle.
    func part(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> [Double] {
      (0..<width * height).map { levels[(y + $0 / width) * side + x + $0 % width] }
    }
    /// How much pixels differ from those some columns and rows further.
    func differences(_ columns: Int, _ rows: Int) -> [Double] {
      let (width, height) = (side - columns, side - rows)
      return zip(part(0, 0, width, height), part(columns, rows, width, height))
        .map { abs($0 - $1) }
    }
    let coarse = (0..<49).map { mean(part($0 % 7 * 4, $0 / 7 * 4, 4, 4)) }
    let squares = (0..<196).map { deviation(part($0 % 14 * 2, $0 / 14 * 2, 2, 2)) }
    let black: [Double] = levels.map { $0 < 0.02 ? 1 : 0 }
    let whole: [Double] = [
      mean(squares.map { $0 * $0 }).squareRoot(), mean(differences(1, 0)),
      mean(differences(0, 1)), deviation(levels), mean(black), levels.max() ?? 0,
    ]
    let rows = (0..<side).map { part(0, $0, side, 1) }
    let columns = (0..<side).map { part($0, 0, 1, side) }
    let lines: [[Double]] = rows + columns
    let deviations = lines.map { deviation($0) }
    let shares = lines.map { lit($0) }
    return [coarse, whole, deviations, shares].flatMap { $0 }
  }

  private static let pictures: [ImageTensor] = [
    picture(1), picture(2), picture(3), ImageTensor(bytes: [UInt8](repeating: 0, count: 784)),
    ImageTensor(bytes: [UInt8](repeating: 200, count: 784)),
    ImageTensor(bytes: (0..<784).map { UInt8($0 / 28 * 9) }),
    ImageTensor(bytes: (0..<784).map { UInt8($0 % 28 * 9) }),
  ]

  @Test func featuresAreThoseOfPlainLoops() {
    for tensor in Self.pictures {
      let features = GarmentDetector.features(of: tensor).map { Double($0) }
      let expected = Self.features(of: tensor)
      #expect(features.count == expected.count)
      for (feature, value) in zip(features, expected) {
        // A small standard deviation is the root of a difference of large sums.
        let isClose =
          abs(feature - value) < 1e-4 || abs(feature * feature - value * value) < 1e-5
        #expect(isClose, "\(feature) instead of \(value)")
      }
    }
  }

  /// Prototypes are gone through in blocks, the last of which may be filled up.
  @Test(arguments: [1, 31, 32, 33])
  func theNearestPrototypeCountsWhereverItIs(count: Int) throws {
    let size = GarmentDetector.featureCount
    let tensor = Self.picture(4)
    let features = GarmentDetector.features(of: tensor)
    let numbers = Self.numbers(size * size, seed: 5)
    let whitening = numbers.indices.map { index -> Float in
      index % size <= index / size ? numbers[index] - 0.5 : 0
    }
    let whitened = (0..<size).map { row in
      (0..<size).reduce(Float(0)) { $0 + whitening[row * size + $1] * features[$1] }
    }
    let far = whitened.map { $0 + 1 }
    let places: [Int?] = [nil, 0, count / 2, count - 1]
    for nearest in places {
      let prototypes = (0..<count).flatMap { $0 == nearest ? whitened : far }
      let detector = try #require(
        GarmentDetector(whitening: whitening, prototypes: prototypes, threshold: 1))
      #expect(detector.whitening == whitening)
      #expect(detector.prototypes == prototypes)
      let expected: Float = nearest == nil ? Float(size) : 0
      #expect(abs(detector.distance(of: tensor) - expected) < 0.1)
    }
  }
}
