public import Classification

/// A user's data set, made fit to learn from: without what misleads, divided into three parts.
///
/// One of several equal pictures stays, unless they have different labels: then none does. Pictures of
/// the standard test split are left out.
public struct CuratedDataset: Sendable {
  /// What was found out about the data set.
  public let inspection: DatasetInspection
  /// The classes.
  public let labels: LabelSet
  /// The pictures to learn from.
  public let training: LabelledImages
  /// The pictures to choose and to calibrate by.
  public let validation: LabelledImages
  /// The pictures to judge by.
  public let heldOut: LabelledImages

  /// Examines and divides a data set.
  ///
  /// - Parameters:
  ///   - dataset: The data set.
  ///   - standard: The standard set, whose pictures are looked for when the classes are its too; `nil`
  ///     when it is not installed.
  public init(_ dataset: UserDataset, standard: FashionMNIST?) {
    let standard = dataset.hasStandardClasses ? standard : nil
    let images = dataset.images
    labels = dataset.labels
    var findings = Findings()
    let test = standard.map { PictureSet($0.test) }
    let known = standard.map { PictureSet($0.training) }
    for group in Self.groups(of: images) {
      let picture = images.image(at: group[0])
      findings.duplicates += group.count - 1
      if Set(group.map { images.labels[$0] }).count > 1 {
        findings.contradictions.append(
          group.map {
            .init(name: dataset.names[$0], label: dataset.labels.names[Int(images.labels[$0])])
          })
      } else if test?.contains(picture) == true {
        findings.testOverlap += group.map { dataset.names[$0] }
      } else {
        findings.usable.append(group[0])
        findings.isKnown.append(known?.contains(picture) == true)
      }
    }
    let parts = Self.parts(findings, of: images, classCount: dataset.labels.count)
    let selected = { (part: HeldOutSplit.Part) in
      images.selecting(zip(findings.usable, parts).filter { $1 == part }.map(\.0))
    }
    training = selected(.training)
    validation = selected(.validation)
    heldOut = selected(.heldOut)
    inspection = DatasetInspection(
      dataset, findings: findings, isCompared: standard != nil,
      parts: [training, validation, heldOut])
  }

  /// The pictures that are used, in one set.
  public var usable: LabelledImages {
    LabelledImages(
      pixels: training.pixels + validation.pixels + heldOut.pixels,
      labels: training.labels + validation.labels + heldOut.labels)
  }

  /// Checks that a model can learn from the data set.
  ///
  /// - Parameter strict: Whether pictures with different labels are an error.
  /// - Throws: ``DatasetError``.
  public func check(strict: Bool = false, allowingEmptyClasses: Bool = false) throws(DatasetError) {
    if strict, let example = inspection.contradictions.first {
      throw .contradictions(
        count: inspection.contradictions.count,
        example: example.prefix(2).map { "\($0.name) (\($0.label))" })
    }
    let used = inspection.classes.filter { $0.usable > 0 }
    guard inspection.classes.count > 1, used.count > 0 else {
      throw .tooFewClasses(names: used.map(\.name))
    }
    for row in inspection.classes
    where row.training == 0 || row.validation == 0 || row.heldOut == 0 {
      if allowingEmptyClasses { continue }
      throw .classTooSmall(
        name: row.name, pictures: row.usable, needed: HeldOutSplit.Part.allCases.count)
    }
    guard !allowingEmptyClasses || heldOut.count > 0 else {
      throw .nothingHeldOut(pictures: usable.count)
    }
  }

  /// What was found on the way.
  struct Findings {
    var duplicates = 0
    var contradictions: [[DatasetInspection.Labelled]] = []
    var testOverlap: [String] = []
    /// The pictures that stay, and whether the standard training set has each.
    var usable: [Int] = []
    var isKnown: [Bool] = []
  }

  /// The places of equal pictures, in the order of the first of each.
  private static func groups(of images: LabelledImages) -> [[Int]] {
    var numbers: [PictureKey: Int] = [:]
    var groups: [[Int]] = []
    for index in 0..<images.count {
      let key = PictureKey(images.image(at: index))
      let number = numbers[key, default: groups.count]
      if number == groups.count {
        numbers[key] = number
        groups.append([])
      }
      groups[number].append(index)
    }
    return groups
  }

  private static func parts(
    _ findings: Findings, of images: LabelledImages, classCount: Int
  ) -> [HeldOutSplit.Part] {
    var parts = [HeldOutSplit.Part](repeating: .training, count: findings.usable.count)
    for label in 0..<classCount {
      let members = findings.usable.indices.filter {
        Int(images.labels[findings.usable[$0]]) == label
      }
      let positions = members.map {
        HeldOutSplit.position(of: images.image(at: findings.usable[$0]))
      }
      let divided = HeldOutSplit.parts(
        positions: positions, isKnown: members.map { findings.isKnown[$0] })
      for (member, part) in zip(members, divided) { parts[member] = part }
    }
    return parts
  }
}
