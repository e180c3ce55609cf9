public import Classification
public import Dataset
public import Imaging

/// How well a garment detector tells garments from pictures that are none.
public struct OutlierEvaluation: Sendable, Hashable {
  /// The garments that were looked at.
  public let garments: Int
  /// Share of the garments that the detector took for something else, from 0 to 1.
  public let falseAlarms: Double
  /// What it made of each kind of other pictures, in the order of ``OutlierKind``.
  public let kinds: [Kind]
  /// The area under the ROC curve of all kinds together.
  public let areaUnderROC: Double

  /// What a detector made of one kind of pictures.
  public struct Kind: Sendable, Hashable {
    /// The kind.
    public let kind: OutlierKind
    /// Pictures of the kind.
    public let samples: Int
    /// The chance that one of them lies farther from the garments than a garment does.
    public let areaUnderROC: Double
    /// Share of them that the detector found, from 0 to 1.
    public let found: Double
  }

  /// Makes pictures of every kind, prepares them as a service does, and compares their distances with
  /// those of garments.
  ///
  /// - Parameters:
  ///   - detector: The detector.
  ///   - images: Garments that it was not fitted to.
  ///   - samplesPerKind: Pictures of each kind.
  ///   - seed: Of the pictures.
  /// - Throws: ``OutlierError`` when the fonts are missing, `ImagingError` when a picture cannot be
  ///   prepared.
  public init(
    _ detector: GarmentDetector, garments images: LabelledImages, samplesPerKind: Int,
    seed: UInt64, preprocessor: Preprocessor = Preprocessor()
  ) throws {
    let near = (0..<images.count).map { detector.distance(of: images.tensor(at: $0)) }
    let generator = try OutlierGenerator(seed: seed)
    var all: [Float] = []
    var kinds: [Kind] = []
    for kind in OutlierKind.allCases {
      let far = try (0..<samplesPerKind).map { number in
        let file = generator.picture(kind, number: number)
        return detector.distance(of: try preprocessor.prepare(file).tensor)
      }
      kinds.append(
        Kind(
          kind: kind, samples: far.count,
          areaUnderROC: AreaUnderROC.area(positives: far, negatives: near),
          found: Self.share(of: far) { $0 > detector.threshold }))
      all += far
    }
    garments = near.count
    falseAlarms = Self.share(of: near) { $0 > detector.threshold }
    areaUnderROC = AreaUnderROC.area(positives: all, negatives: near)
    self.kinds = kinds
  }

  private static func share(of distances: [Float], where predicate: (Float) -> Bool) -> Double {
    Double(distances.count(where: predicate)) / Double(max(distances.count, 1))
  }
}
