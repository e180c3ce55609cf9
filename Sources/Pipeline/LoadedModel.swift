public import Classification
public import Imaging
public import ModelStore

/// A model version with its engines loaded and warm.
public struct LoadedModel: Sendable {
  /// The version.
  public let version: ModelVersion
  /// What turns bytes into tensors, for every engine the same.
  public let preprocessor: Preprocessor

  /// What tells garments from other pictures, for every engine the same.
  public let detector: GarmentDetector?

  private let engines: [EngineKind: any InferenceEngine]

  /// Why other engines could not be loaded.
  public let failures: [EngineKind: InferenceError]

  /// Combines a version with its loaded engines, and the reasons why others could not be loaded.
  public init(
    version: ModelVersion, engines: [any InferenceEngine],
    failures: [EngineKind: InferenceError] = [:], detector: GarmentDetector? = nil,
    preprocessor: Preprocessor = Preprocessor()
  ) {
    self.version = version
    self.detector = detector
    self.preprocessor = preprocessor
    self.engines = Dictionary(engines.map { ($0.kind, $0) }) { first, _ in first }
    self.failures = failures
  }

  /// The engines that can be used, in the order of `EngineKind`.
  public var availableEngines: [EngineKind] {
    EngineKind.allCases.filter { engines[$0] != nil }
  }

  /// The classifier that runs on an engine.
  ///
  /// - Throws: `InferenceError` with the reason why the engine could not be loaded.
  public func classifier(for kind: EngineKind) throws(InferenceError) -> Classifier {
    guard let engine = engines[kind] else {
      throw failures[kind] ?? ModelLoader.missingLibrary(of: kind)
        ?? .engineUnavailable(kind, reason: "it was not asked for")
    }
    return Classifier(
      engine: engine, modelVersion: version.name, labels: version.manifest.labels,
      calibration: version.manifest.calibration, detector: detector, preprocessor: preprocessor)
  }
}
