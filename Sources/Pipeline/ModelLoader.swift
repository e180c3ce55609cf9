public import Classification
public import Imaging
public import ModelStore
import Networks
import OnnxEngine
import StateDictFiles
import TorchEngines

/// Loads the engines of a model version: the registry of the runtimes there are.
public struct ModelLoader: Sendable {
  /// Threads an engine uses for one batch.
  public var threads: Int
  /// What turns bytes into tensors.
  public var preprocessor: Preprocessor

  /// Creates a loader.
  public init(threads: Int = 1, preprocessor: Preprocessor = Preprocessor()) {
    self.threads = threads
    self.preprocessor = preprocessor
  }

  /// The engines this program can load, in the order of `EngineKind`.
  public static let supportedEngines: [EngineKind] = [.pytorch, .torchscript, .onnx, .quantized]

  /// Loads one engine of a version and warms it.
  ///
  /// - Throws: `InferenceError` when the version does not have that form, its file is not the one
  ///   the manifest describes, or the runtime refuses it.
  public func engine(
    _ kind: EngineKind, of version: ModelVersion
  ) throws(InferenceError) -> any InferenceEngine {
    let path: String
    do {
      path = try version.verifiedPath(of: ModelForm(engine: kind))
    } catch {
      throw .engineUnavailable(kind, reason: error.description)
    }
    let classCount = version.manifest.labels.count
    switch kind {
    case .pytorch:
      guard let network = version.manifest.network else {
        throw .engineUnavailable(kind, reason: "the version is a graph of another design")
      }
      return try eagerEngine(path: path, network: network)
    case .torchscript:
      return try TorchScriptEngine(path: path, classCount: classCount, threads: threads)
    case .onnx:
      return try OnnxEngine(path: path, classCount: classCount, threads: threads)
    case .quantized:
      return try TorchScriptEngine(
        path: path, kind: .quantized, classCount: classCount, threads: threads)
    case .native:
      throw .engineUnavailable(kind, reason: "this build does not have it")
    }
  }

  private func eagerEngine(path: String, network: Network) throws(InferenceError) -> EagerEngine {
    let stateDict: StateDict
    do {
      stateDict = try StateDictFile.read(contentsOf: path).conforming(to: network)
    } catch {
      throw .modelInvalid(path: path, reason: "\(error)")
    }
    return try EagerEngine(network: network, stateDict: stateDict, threads: threads)
  }

  /// Loads a classifier that runs on one engine of a version.
  ///
  /// - Throws: `InferenceError` when the engine cannot be loaded.
  public func classifier(
    _ kind: EngineKind, of version: ModelVersion
  ) throws(InferenceError) -> Classifier {
    try LoadedModel(
      version: version, engines: [engine(kind, of: version)], detector: detector(of: version),
      preprocessor: preprocessor
    ).classifier(for: kind)
  }

  /// Loads what tells garments from other pictures; `nil` when the version came without one.
  ///
  /// - Throws: `InferenceError/modelInvalid(path:reason:)` when its file is not the one the manifest
  ///   describes, or no detector.
  public func detector(of version: ModelVersion) throws(InferenceError) -> GarmentDetector? {
    let form = ModelForm.garmentDetector
    guard version.manifest.files[form.fileName] != nil else { return nil }
    do {
      return try GarmentDetector(contentsOf: version.verifiedPath(of: form))
    } catch {
      throw .modelInvalid(path: "\(version.name)/\(form.fileName)", reason: "\(error)")
    }
  }

  /// Loads every engine of a version that can be loaded; the others say why when they are asked for.
  public func load(
    _ version: ModelVersion, engines kinds: [EngineKind] = ModelLoader.supportedEngines
  ) -> LoadedModel {
    var engines: [any InferenceEngine] = []
    var failures: [EngineKind: InferenceError] = [:]
    var detector: GarmentDetector?
    do {
      detector = try self.detector(of: version)
    } catch {
      // Without its detector the version would answer otherwise than it was made to.
      for kind in kinds { failures[kind] = error }
    }
    for kind in kinds where failures[kind] == nil {
      do {
        engines.append(try engine(kind, of: version))
      } catch {
        failures[kind] = error
      }
    }
    return LoadedModel(
      version: version, engines: engines, failures: failures, detector: detector,
      preprocessor: preprocessor)
  }
}
