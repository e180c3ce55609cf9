public import Classification
public import Dataset
import Foundation
public import ModelStore

/// What a run learns from, chooses by and is judged by.
public struct TrainingData: Sendable {
  /// Whether the standard training set is learned from too.
  public enum Mix: String, CaseIterable, Sendable, Codable {
    /// It is, so that what the model knew is not forgotten.
    case standard
    /// It is not.
    case none
  }

  /// The classes.
  public let labels: LabelSet
  /// The pictures to learn from and to choose by.
  public let split: Split
  /// The user's pictures to judge by; `nil` when there are no pictures of a user.
  public let heldOut: LabelledImages?
  /// The part of ``Split/validation`` that is of the standard set; `nil` when none is learned from.
  public let standardValidation: LabelledImages?
  /// The standard test pictures; `nil` for other classes.
  public let test: LabelledImages?
  /// What a manifest says of the data.
  public let description: Manifest.Dataset
  /// What was found out about the user's data.
  public let inspection: DatasetInspection?

  /// The standard set and its standard split.
  ///
  /// - Throws: `DatasetError` when a class has no picture.
  public init(standard: FashionMNIST) throws(DatasetError) {
    split = try Split(standard.training)
    labels = .fashionMNIST
    heldOut = nil
    standardValidation = split.validation
    test = standard.test
    description = .init(
      name: "Fashion-MNIST", trainingCount: split.training.count,
      validationCount: split.validation.count, sha256: standard.training.sha256)
    inspection = nil
  }

  /// A user's data set, with or without the standard set.
  ///
  /// - Parameters:
  ///   - dataset: The user's data set.
  ///   - name: What to call it.
  ///   - mix: Whether the standard set is learned from too; `nil` does so when all of the user's
  ///     classes are its.
  ///   - standard: The standard set; `nil` when it is not installed.
  ///   - strict: Whether pictures with different labels are an error.
  /// - Throws: `DatasetError` when nothing can be learned from the data set.
  public init(
    _ dataset: UserDataset, name: String, mix: Mix? = nil, standard: FashionMNIST?,
    strict: Bool = false
  ) throws(DatasetError) {
    let mixed: FashionMNIST?
    switch mix ?? (dataset.hasStandardClasses && standard != nil ? .standard : .none) {
    case .none: mixed = nil
    case .standard:
      guard let standard else {
        throw .missing(
          file: "train-images-idx3-ubyte", directory: FashionMNIST.standardDirectory.path)
      }
      mixed = standard
    }
    let relabelled = mixed == nil ? dataset : try dataset.relabelled(to: .fashionMNIST)
    let curated = CuratedDataset(relabelled, standard: standard)
    try curated.check(strict: strict, allowingEmptyClasses: mixed != nil)
    labels = relabelled.labels
    heldOut = curated.heldOut
    inspection = curated.inspection
    test = labels == .fashionMNIST ? standard?.test : nil
    if let mixed {
      let own = try Split(mixed.training)
      // What the standard set has already is not learned twice, nor learned and validated with.
      let known = PictureSet(mixed.training)
      split = Split(
        training: own.training.appending(curated.training.removing(known)),
        validation: own.validation.appending(curated.validation))
      standardValidation = own.validation
    } else {
      split = Split(training: curated.training, validation: curated.validation)
      standardValidation = nil
    }
    description = Self.description(
      name: mixed == nil ? name : "Fashion-MNIST and \(name)", split: split, curated: curated,
      mix: mixed == nil ? .none : .standard)
  }

  private static func description(
    name: String, split: Split, curated: CuratedDataset, mix: Mix
  ) -> Manifest.Dataset {
    var description = Manifest.Dataset(
      name: name, trainingCount: split.training.count, validationCount: split.validation.count,
      sha256: curated.inspection.sha256)
    description.source = curated.inspection.kind.rawValue
    description.mix = mix.rawValue
    description.heldOutCount = curated.heldOut.count
    description.classCounts = curated.inspection.classes.map(\.usable)
    return description
  }
}
