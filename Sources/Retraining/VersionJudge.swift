public import Classification
public import Dataset
public import ModelStore
import Pipeline
public import Training

/// Compares a new version with the one that is served.
public struct VersionJudge: Sendable {
  /// The versions.
  public let store: ModelStore
  /// Threads that compute.
  public let threads: Int

  /// Creates a judge.
  public init(store: ModelStore, threads: Int = 1) {
    self.store = store
    self.threads = threads
  }

  /// Whether a new version may take the place of the one that is served.
  ///
  /// - Parameters:
  ///   - version: The new version.
  ///   - served: The version that is served; `nil` when there is none.
  ///   - data: What the new version was trained on.
  /// - Throws: `InferenceError` when a version cannot be run.
  public func verdict(
    on version: ModelVersion, against served: ModelVersion?, data: TrainingData
  ) throws(InferenceError) -> PromotionVerdict {
    guard let served else { return .nothingServed }
    guard served.manifest.labels == version.manifest.labels else {
      return .otherClasses(served: served.name)
    }
    var sets: [(name: String, images: LabelledImages)] = []
    if let heldOut = data.heldOut { sets.append((Manifest.heldOutSplit, heldOut)) }
    // A version that forgot what it knew is not as good, however well it knows the user's pictures.
    if let validation = data.standardValidation { sets.append(("validation", validation)) }
    return PromotionVerdict(
      served: served.name, comparisons: try comparisons(served, version, on: sets))
  }

  /// Compares two versions with the same classes on sets of pictures.
  ///
  /// - Throws: `InferenceError` when a version cannot be run.
  public func comparisons(
    _ first: ModelVersion, _ second: ModelVersion, on sets: [(name: String, images: LabelledImages)]
  ) throws(InferenceError) -> [PromotionVerdict.Comparison] {
    let (served, new) = (try engine(of: first), try engine(of: second))
    var comparisons: [PromotionVerdict.Comparison] = []
    for set in sets {
      comparisons.append(
        PromotionVerdict.Comparison(
          name: set.name, images: set.images, served: try served.logits(for: set.images),
          new: try new.logits(for: set.images)))
    }
    return comparisons
  }

  /// The form that others are made from, or the only one that an imported graph has.
  private func engine(of version: ModelVersion) throws(InferenceError) -> any InferenceEngine {
    try ModelLoader(threads: threads)
      .engine(
        version.has(.stateDict) ? ModelLoader.engine(preferring: .pytorch) : .onnx, of: version)
  }
}
