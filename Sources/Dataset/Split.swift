/// A training set divided into the part that is learned from and the part that choices are made by.
public struct Split: Sendable {
  /// The pictures to learn from.
  public let training: LabelledImages
  /// The pictures held out for every choice: epochs, settings, calibration.
  public let validation: LabelledImages

  /// The seed of the standard split, the same for every training run, so that the validation
  /// accuracies of any two runs compare.
  public static let standardSeed: UInt64 = 20_170_828
  /// Pictures held out by the standard split.
  public static let standardValidationCount = 5_000

  /// Combines parts that were told apart already.
  public init(training: LabelledImages, validation: LabelledImages) {
    self.training = training
    self.validation = validation
  }

  /// Holds out `validationCount` pictures at random, from each class in proportion.
  ///
  /// - Throws: ``DatasetError/tooSmall(pictures:needed:)`` when nothing would be left to learn from,
  ///   ``DatasetError/labelOutOfRange(label:index:classes:)``, or
  ///   ``DatasetError/classMissing(label:split:)`` when a class would have no picture in a part.
  public init(
    _ images: LabelledImages, classCount: Int = 10,
    validationCount: Int = Split.standardValidationCount,
    seed: UInt64 = Split.standardSeed
  ) throws(DatasetError) {
    guard validationCount < images.count else {
      throw .tooSmall(pictures: images.count, needed: validationCount + 1)
    }
    let counts = try images.classCounts(classCount: classCount)
    var quotas = Self.quotas(of: validationCount, for: counts)
    var generator = SeededGenerator(seed: seed)
    var heldOut = [Bool](repeating: false, count: images.count)
    for index in generator.permutation(of: images.count) where quotas[Int(images.labels[index])] > 0
    {
      quotas[Int(images.labels[index])] -= 1
      heldOut[index] = true
    }
    training = images.selecting(heldOut.indices.filter { !heldOut[$0] })
    validation = images.selecting(heldOut.indices.filter { heldOut[$0] })
    for (name, part) in [("training", training), ("validation", validation)] {
      if let missing = try part.classCounts(classCount: classCount).firstIndex(of: 0) {
        throw .classMissing(label: missing, split: name)
      }
    }
  }

  /// Each class's share of `total`, in proportion to its count; what rounding leaves over goes to the
  /// classes with the largest remainders.
  private static func quotas(of total: Int, for counts: [Int]) -> [Int] {
    let sum = max(counts.reduce(0, +), 1)
    var quotas = counts.map { $0 * total / sum }
    let byRemainder = counts.indices.sorted {
      (counts[$1] * total % sum, $0) < (counts[$0] * total % sum, $1)
    }
    for index in byRemainder.prefix(total - quotas.reduce(0, +)) { quotas[index] += 1 }
    return quotas
  }
}
