public import Classification

/// A data set of a user's own, as it was read: every picture that could be, and what could not.
public struct UserDataset: Sendable {
  /// How the data set says what its pictures show.
  public enum Kind: String, Sendable, Codable {
    /// Folders that are named by class.
    case folders
    /// A table of pictures and labels.
    case csv
    /// Files in the format of MNIST.
    case idx
    /// Stored predictions that somebody labelled.
    case predictions
  }

  /// Something that was named like a picture and is none.
  public struct Unreadable: Sendable, Hashable, Codable {
    /// Where it comes from.
    public let name: String
    /// Why it cannot be used.
    public let reason: String

    /// Creates an entry.
    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// How the data set says what its pictures show.
  public let kind: Kind
  /// The classes, also those without pictures: in the order of the standard set when they are all its,
  /// else by name.
  public let labels: LabelSet
  /// The pictures as engines see them, in the order of ``names``.
  public let images: LabelledImages
  /// Where each picture comes from: a path, a row or an identity.
  public let names: [String]
  /// What could not be read.
  public let unreadable: [Unreadable]

  /// Creates a data set from pictures and the names of their classes.
  ///
  /// - Parameter emptyClasses: Classes that may have no picture.
  /// - Throws: ``DatasetError/tooManyClasses(count:limit:)``.
  public init(
    kind: Kind, pictures: [(name: String, className: String, pixels: [UInt8])],
    emptyClasses: Set<String> = [], unreadable: [Unreadable] = []
  ) throws(DatasetError) {
    let names = Self.ordered(emptyClasses.union(pictures.map(\.className)))
    guard names.count <= LabelSet.countLimit else {
      throw .tooManyClasses(count: names.count, limit: LabelSet.countLimit)
    }
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt8($0)) })
    self.kind = kind
    labels = LabelSet(names)
    images = LabelledImages(
      pixels: pictures.flatMap(\.pixels), labels: pictures.compactMap { numbers[$0.className] })
    self.names = pictures.map(\.name)
    self.unreadable = unreadable
  }

  private init(
    _ other: UserDataset, kind: Kind? = nil, labels: LabelSet, images: LabelledImages
  ) {
    self.kind = kind ?? other.kind
    self.labels = labels
    self.images = images
    names = other.names
    unreadable = other.unreadable
  }

  /// Whether all classes are ones of the standard set: only then do pictures that both sets have say
  /// anything.
  public var hasStandardClasses: Bool {
    labels.names.allSatisfy(LabelSet.fashionMNIST.names.contains)
  }

  /// The same pictures, which were stored predictions before they were written to files.
  public var asPredictions: UserDataset {
    UserDataset(self, kind: .predictions, labels: labels, images: images)
  }

  /// The same pictures under the numbers that another set of classes gives them.
  ///
  /// - Throws: ``DatasetError/unknownLabels(labels:known:)`` when a class is not among `labels`.
  public func relabelled(to labels: LabelSet) throws(DatasetError) -> UserDataset {
    guard labels != self.labels else { return self }
    let unknown = self.labels.names.filter { !labels.names.contains($0) }
    guard unknown.isEmpty else { throw .unknownLabels(labels: unknown, known: labels.names) }
    let numbers = self.labels.names.compactMap { labels.names.firstIndex(of: $0) }
    return UserDataset(
      self, labels: labels,
      images: LabelledImages(
        pixels: images.pixels, labels: images.labels.map { UInt8(numbers[Int($0)]) }))
  }

  /// Class names in a fixed order.
  private static func ordered(_ names: Set<String>) -> [String] {
    let standard = LabelSet.fashionMNIST.names
    return names.isSubset(of: standard) ? standard.filter(names.contains) : names.sorted()
  }
}
