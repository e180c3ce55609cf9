import Classification
import Foundation
import ModelStore
import Networks
import OnnxModel
import OracleSupport
import Pipeline
import Synchronization

@testable import AtelierServer

/// A model store for tests, and engines that say whether they are still there.
final class ModelFolders: Sendable {
  let store: ModelStore
  /// Engines that are loaded, by the version's name; one for each time it was loaded.
  let live = Mutex<[String: Int]>([:])
  /// How often a version was loaded.
  let loads = Mutex<[String: Int]>([:])

  init() {
    store = ModelStore(
      directory: FileManager.default.temporaryDirectory
        .appending(path: "atelier-models-\(UUID().uuidString)", directoryHint: .isDirectory))
  }

  deinit {
    try? FileManager.default.removeItem(at: store.directory)
  }

  /// Adds a version whose files hold nothing of use.
  @discardableResult
  func add(
    _ name: String, created: TimeInterval = 0, architecture: Architecture = .fashionLite
  ) throws -> ModelVersion {
    try store.add(name) { folder in
      try Data("graph of \(name)".utf8).write(to: folder.appending(path: "model.onnx"))
      _ = try ModelVersion.finish(
        directory: folder, manifest: Self.manifest(created: created, architecture))
    }
  }

  /// Adds a version that ONNX Runtime can run.
  @discardableResult
  func addReal(_ name: String, seed: UInt64) throws -> ModelVersion {
    let network = Architecture.fashionLite.network()
    return try store.add(name) { folder in
      try OnnxModel.write(
        network: network, stateDict: .random(for: network, seed: seed), labels: .fashionMNIST,
        to: folder.appending(path: "model.onnx").path)
      _ = try ModelVersion.finish(
        directory: folder, manifest: Self.manifest(created: Double(seed)))
    }
  }

  private static func manifest(
    created: TimeInterval, _ architecture: Architecture = .fashionLite
  ) -> Manifest {
    Manifest(
      architecture: architecture, labels: .fashionMNIST,
      created: Date(timeIntervalSince1970: created),
      metrics: ["test": .init(samples: 10, accuracy: 0.9, loss: 0.3, ece: 0.01)])
  }

  /// The versions, with an engine each that knows when it goes.
  ///
  /// - Parameter gates: Where the engines of versions wait.
  func counted(
    version: String? = nil, canary: Canary? = nil, gates: [String: Gate] = [:]
  ) throws -> ServedModels {
    try ServedModels(store: store, version: version, canary: canary) { [weak self] version in
      self?.loads.withLock { $0[version.name, default: 0] += 1 }
      let content = FileManager.default.contents(
        atPath: version.directory.appending(path: "model.onnx").path)
      guard content?.starts(with: "broken".utf8) != true else {
        let error = InferenceError.modelInvalid(path: version.directory.path, reason: "broken")
        return LoadedModel(version: version, engines: [], failures: [.onnx: error])
      }
      let engine = CountedEngine(version.name, in: self, gate: gates[version.name])
      return LoadedModel(version: version, engines: [engine])
    }
  }

  /// The versions as ONNX Runtime runs them.
  func real() throws -> ServedModels {
    try ServedModels(store: store, version: nil, canary: nil) {
      ModelLoader().load($0, engines: [.onnx])
    }
  }

  /// An engine whose answers do not matter.
  private final class CountedEngine: InferenceEngine {
    let kind = EngineKind.onnx
    let classCount = 10
    private let name: String
    private let folders: ModelFolders?
    private let inner: BrightnessEngine

    init(_ name: String, in folders: ModelFolders?, gate: Gate?) {
      self.name = name
      self.folders = folders
      inner = BrightnessEngine(.onnx, gate: gate)
      folders?.live.withLock { $0[name, default: 0] += 1 }
    }

    deinit {
      folders?.live.withLock { $0[name, default: 0] -= 1 }
    }

    func run(_ pixels: Span<Float>, into logits: inout MutableSpan<Float>) throws(InferenceError) {
      try inner.run(pixels, into: &logits)
    }
  }
}
