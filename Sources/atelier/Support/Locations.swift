import AtelierServer
import Foundation
import Imaging
import ModelStore
import Pipeline

/// Where the program keeps its state, and finds the models it came with.
enum Locations {
  /// The directory of all state: `ATELIER_HOME`, by default `~/.local/share/atelier`.
  static var home: URL {
    if let path = ProcessInfo.processInfo.environment["ATELIER_HOME"], !path.isEmpty {
      return URL(filePath: path, directoryHint: .isDirectory)
    }
    return URL(filePath: Setting.defaultHome, directoryHint: .isDirectory)
  }

  /// The store in `directory`, by default that of a home directory over the versions that came with
  /// the program.
  static func modelStore(directory: String? = nil, home: URL = Locations.home) -> ModelStore {
    if let directory {
      return ModelStore(directory: URL(filePath: directory, directoryHint: .isDirectory))
    }
    return ModelStore(directory: home.appending(path: "models"), shipped: shippedModels)
  }

  /// The versions of the model that a server with some settings serves.
  ///
  /// - Throws: `ModelStoreError` when there is none, `SettingsError` when an engine is unknown or the
  ///   canary cannot be served.
  static func servedModels(of settings: Settings) throws -> ServedModels {
    let host = ServiceHost(settings)
    let home = URL(filePath: settings.text(.home), directoryHint: .isDirectory)
    let name = settings.text(.model)
    let loader = try ModelLoader(
      nativePrecision: host.nativePrecision(),
      preprocessor: Preprocessor(limits: host.imageLimits))
    let engines = try host.engines(of: ModelLoader.supportedEngines)
    return try ServedModels(
      store: modelStore(home: home), version: name.isEmpty ? nil : name, canary: host.canary()
    ) { loader.load($0, engines: engines) }
  }

  /// The `models` folder of an installation (`bin/atelier`, `share/atelier/models`) or of the source
  /// tree that the program was built in.
  private static var shippedModels: URL? {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    let ancestors = sequence(first: program.deletingLastPathComponent()) { folder in
      folder.path == "/" ? nil : folder.deletingLastPathComponent()
    }
    for folder in ancestors {
      for name in ["share/atelier/models", "models"] {
        let candidate = folder.appending(path: name)
        if ModelStore(directory: candidate).hasVersions { return candidate }
      }
    }
    return nil
  }
}
