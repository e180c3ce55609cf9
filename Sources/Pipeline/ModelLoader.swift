public import Classification
import Files
public import Imaging
public import ModelStore
import NativeEngine
import Networks
import OnnxEngine
import StateDictFiles
import TorchEngines

/// Loads the engines of a model version: the registry of the runtimes there are.
public struct ModelLoader: Sendable {
  /// Threads an engine uses for one batch.
  public var threads: Int
  /// The numbers that the native engine multiplies.
  public var nativePrecision: NativePrecision
  /// What turns bytes into tensors.
  public var preprocessor: Preprocessor

  /// Creates a loader.
  public init(
    threads: Int = 1, nativePrecision: NativePrecision = .float32,
    preprocessor: Preprocessor = Preprocessor()
  ) {
    self.threads = threads
    self.nativePrecision = nativePrecision
    self.preprocessor = preprocessor
  }

  /// The engines this program can load, in the order of `EngineKind`: those whose library was
  /// installed with it.
  public static let supportedEngines: [EngineKind] = EngineKind.allCases.filter {
    missingLibrary(of: $0) == nil
  }

  /// An engine, or the native one where this program cannot load that.
  public static func engine(preferring kind: EngineKind) -> EngineKind {
    supportedEngines.contains(kind) ? kind : .native
  }

  /// Why this program can load no such engine, whatever the version; `nil` when it can.
  static func missingLibrary(of kind: EngineKind) -> InferenceError? {
    switch kind {
    case .pytorch, .torchscript, .quantized:
      TorchLibrary.isInstalled ? nil : .libraryMissing(kind, library: "LibTorch")
    case .onnx: OnnxEngine.isInstalled ? nil : .libraryMissing(kind, library: "ONNX Runtime")
    case .native: nil
    }
  }

  /// Loads one engine of a version and warms it.
  ///
  /// - Throws: `InferenceError` when this program comes without the engine's library, the version does
  ///   not have that form, its file is not the one the manifest describes, or the runtime refuses it.
  public func engine(
    _ kind: EngineKind, of version: ModelVersion
  ) throws(InferenceError) -> any InferenceEngine {
    if let error = Self.missingLibrary(of: kind) { throw error }
    // What was exported before there was a native form has the same weights in its state dict.
    let isPlain = kind == .native && !version.has(.native)
    let path: String
    let file: MappedFile
    do {
      (path, file) = try version.verifiedFile(of: isPlain ? .stateDict : ModelForm(engine: kind))
    } catch {
      throw .engineUnavailable(kind, reason: error.description)
    }
    let classCount = version.manifest.labels.count
    switch kind {
    case .pytorch:
      let network = try network(of: version, for: kind)
      return try EagerEngine(
        network: network, stateDict: stateDict(path: path, network: network), threads: threads)
    case .torchscript:
      return try TorchScriptEngine(path: path, classCount: classCount, threads: threads)
    case .onnx:
      return try OnnxEngine(path: path, classCount: classCount, threads: threads)
    case .quantized:
      return try TorchScriptEngine(
        path: path, kind: .quantized, classCount: classCount, threads: threads)
    case .native:
      guard isPlain else {
        return try NativeEngine(
          file, path: path, isVerified: true, classCount: classCount, precision: nativePrecision,
          threads: threads)
      }
      let network = try network(of: version, for: kind)
      let weights = try stateDict(path: path, network: network)
      do {
        return try NativeEngine(
          NativeModel(network: network, stateDict: weights), precision: nativePrecision,
          threads: threads)
      } catch {
        throw .modelInvalid(path: path, reason: error.description)
      }
    }
  }

  private func network(
    of version: ModelVersion, for kind: EngineKind
  ) throws(InferenceError) -> Network {
    guard let network = version.manifest.network else {
      throw .engineUnavailable(kind, reason: "the version is a graph of another design")
    }
    return network
  }

  private func stateDict(
    path: String, network: Network
  ) throws(InferenceError) -> StateDict {
    do {
      return try StateDictFile.read(contentsOf: path).conforming(to: network)
    } catch {
      throw .modelInvalid(path: path, reason: "\(error)")
    }
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
