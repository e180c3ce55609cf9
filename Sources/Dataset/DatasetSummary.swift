/// What `atelier dataset inspect` says of a set of pictures.
public struct DatasetSummary: Sendable, Hashable, Codable {
  /// How many pictures there are.
  public let count: Int
  /// How many pictures each class has, in the order of the labels.
  public let classCounts: [Int]
  /// Pictures that equal an earlier one of the set, pixel for pixel.
  public let duplicates: Int
  /// Pictures that equal an earlier one but have another label.
  public let contradictions: Int
  /// SHA-256 of the pixels and labels.
  public let sha256: String

  /// Examines a set of pictures.
  ///
  /// - Throws: ``DatasetError/labelOutOfRange(label:index:classes:)`` when a label names no class.
  public init(_ images: LabelledImages, classCount: Int) throws(DatasetError) {
    count = images.count
    classCounts = try images.classCounts(classCount: classCount)
    sha256 = images.sha256
    var labels: [ArraySlice<UInt8>: UInt8] = [:]
    var duplicates = 0
    var contradictions = 0
    for index in 0..<images.count {
      let label = images.labels[index]
      guard let earlier = labels.updateValue(label, forKey: images.image(at: index)) else {
        continue
      }
      duplicates += 1
      if earlier != label { contradictions += 1 }
    }
    self.duplicates = duplicates
    self.contradictions = contradictions
  }

  /// How many pictures of one set also occur in another, as a test set's in a training set.
  public static func overlap(of images: LabelledImages, with other: LabelledImages) -> Int {
    let known = Set((0..<other.count).map { other.image(at: $0) })
    return (0..<images.count).count { known.contains(images.image(at: $0)) }
  }
}
