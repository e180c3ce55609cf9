import Classification

/// What is found out about a user's data set before it is learned from.
public struct DatasetInspection: Sendable, Hashable, Codable {
  /// The ratio of the largest to the smallest class from which on a warning is given.
  public static let imbalanceLimit = 10.0

  /// A class and its pictures.
  public struct ClassRow: Sendable, Hashable, Codable {
    /// The name.
    public let name: String
    /// Pictures that could be read.
    public let pictures: Int
    /// Different pictures that can be used.
    public let usable: Int
    /// Those to learn from.
    public let training: Int
    /// Those to validate with.
    public let validation: Int
    /// Those to judge by.
    public let heldOut: Int

    private enum CodingKeys: String, CodingKey {
      case name, pictures, usable, training, validation
      case heldOut = "held_out"
    }
  }

  /// A picture and what it is said to show.
  public struct Labelled: Sendable, Hashable, Codable {
    /// Where the picture comes from.
    public let name: String
    /// Its label.
    public let label: String
  }

  /// How the data set says what its pictures show.
  public let kind: UserDataset.Kind
  /// Pictures that could be read.
  public let pictures: Int
  /// The classes, in the order of the labels.
  public let classes: [ClassRow]
  /// Pictures that equal an earlier one, pixel for pixel; those are left out.
  public let duplicates: Int
  /// Equal pictures with different labels, which are left out.
  public let contradictions: [[Labelled]]
  /// Pictures of the standard test split, which are left out; `nil` when nobody looked.
  public let testOverlap: [String]?
  /// Pictures of the standard training set, which are learned from, but never held out; `nil` when
  /// nobody looked.
  public let trainingOverlap: Int?
  /// What could not be read, and is left out.
  public let unreadable: [UserDataset.Unreadable]
  /// The usable pictures of the largest class for each of the smallest; `nil` when a class has none.
  public let imbalance: Double?
  /// SHA-256 of the usable pictures and their labels, in hexadecimal.
  public let sha256: String

  private enum CodingKeys: String, CodingKey {
    case kind, pictures, classes, duplicates, contradictions, unreadable, imbalance, sha256
    case testOverlap = "test_overlap"
    case trainingOverlap = "training_overlap"
  }

  init(
    _ dataset: UserDataset, findings: CuratedDataset.Findings, isCompared: Bool,
    parts: [LabelledImages]
  ) {
    kind = dataset.kind
    pictures = dataset.images.count
    let found = Self.counts(dataset.images.labels)
    let counts = parts.map { Self.counts($0.labels) }
    classes = dataset.labels.names.enumerated().map { label, name in
      ClassRow(
        name: name, pictures: found[label], usable: counts.reduce(0) { $0 + $1[label] },
        training: counts[0][label], validation: counts[1][label], heldOut: counts[2][label])
    }
    duplicates = findings.duplicates
    contradictions = findings.contradictions
    testOverlap = isCompared ? findings.testOverlap : nil
    trainingOverlap = isCompared ? findings.isKnown.count(where: \.self) : nil
    unreadable = dataset.unreadable
    let usable = classes.map(\.usable)
    imbalance = usable.min().flatMap { least in
      least > 0 ? Double(usable.max() ?? 0) / Double(least) : nil
    }
    sha256 = dataset.images.selecting(findings.usable).sha256
  }

  /// Whether some class has many more pictures than another.
  public var isImbalanced: Bool { (imbalance ?? 1) >= Self.imbalanceLimit }

  private static func counts(_ labels: [UInt8]) -> [Int] {
    labels.reduce(into: [Int](repeating: 0, count: LabelSet.countLimit)) { $0[Int($1)] += 1 }
  }
}
