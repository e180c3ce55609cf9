import ArgumentParser
import Classification
import ModelStore
import Pipeline

/// The options that choose a model version.
struct ModelOptions: ParsableArguments {
  @Option(name: .customLong("model"), help: "The model version; by default the one served.")
  var version: String?

  @Option(
    help: "The folder of model versions; by default ATELIER_HOME/models and those shipped.",
    completion: .directory)
  var store: String?

  @Option(help: "Threads an engine uses for one batch.")
  var threads = 1

  @Option(help: "The numbers that the native engine multiplies.")
  var nativePrecision = NativePrecision.float32

  /// What loads engines with these options.
  var loader: ModelLoader { ModelLoader(threads: threads, nativePrecision: nativePrecision) }

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads must be from 1 to 256.")
    }
  }

  func modelVersion() throws -> ModelVersion {
    let store = Locations.modelStore(directory: store)
    if let version { return try store.version(named: version) }
    return try store.current()
  }

  func classifier(for engine: EngineKind) throws -> Classifier {
    try classifier(for: engine, of: modelVersion())
  }

  func classifier(for engine: EngineKind, of version: ModelVersion) throws -> Classifier {
    try loader.classifier(engine, of: version)
  }
}
