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

  /// The version of the model that a server with some settings serves, with its engines.
  ///
  /// - Throws: `ModelStoreError` when there is none, `SettingsError` when an engine is unknown.
  static func servedModel(of settings: Settings) throws -> LoadedModel {
    let host = ServiceHost(settings)
    let home = URL(filePath: settings.text(.home), directoryHint: .isDirectory)
    let store = modelStore(home: home)
    let name = settings.text(.model)
    let version = try name.isEmpty ? store.current() : store.version(named: name)
    let loader = ModelLoader(preprocessor: Preprocessor(limits: host.imageLimits))
    return loader.load(version, engines: try host.engines(of: ModelLoader.supportedEngines))
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
        if (try? ModelStore(directory: candidate).versions())?.isEmpty == false { return candidate }
      }
    }
    return nil
  }
}
