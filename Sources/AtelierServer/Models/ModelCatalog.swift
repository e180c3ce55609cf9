import Classification
import Foundation
import Logging
import ModelImport
import ModelStore
import NIOPosix

/// The versions there are, and new ones.
final class ModelCatalog: Sendable {
  /// A version as it is shown.
  struct Entry: Sendable {
    let entry: ModelStoreEntry
    /// What is wrong with it; `nil` when nothing is.
    let defect: ModelStoreError?
  }

  private let models: ServedModels
  private let integrity = ModelIntegrity()
  private let places = Places(1)

  init(models: ServedModels) {
    self.models = models
  }

  /// Every version, the newest first, the damaged ones with what is wrong with them.
  func entries() async throws(APIError) -> [Entry] {
    guard let store = models.store else {
      let version = models.current.version
      return [
        Entry(
          entry: ModelStoreEntry(name: version.name, isShipped: true, version: .success(version)),
          defect: nil)
      ]
    }
    return try await blocking { [integrity] in
      try store.entries().map { entry in
        switch entry.version {
        case .success(let version): Entry(entry: entry, defect: integrity.defect(of: version))
        case .failure(let error): Entry(entry: entry, defect: error)
        }
      }
    }
  }

  /// Every version that can be read, the newest first; their files are not checked.
  func versions() async throws(APIError) -> [ModelVersion] {
    guard let store = models.store else { return [models.current.version] }
    return try await blocking { try store.entries().compactMap { try? $0.version.get() } }
  }

  /// The version that a rollback would serve; `nil` when there is none.
  func previous() async throws(APIError) -> String? {
    guard let store = models.store else { return nil }
    return try await blocking { try? store.previous().name }
  }

  /// Makes a version of a file.
  ///
  /// - Throws: ``APIError`` when it is none that can be served, the name is taken, or another is being
  ///   imported.
  func importVersion(
    of file: TemporaryFile, from range: Range<Int>, named name: String
  ) async throws(APIError) -> ModelVersion {
    guard let store = models.store else { throw .conflict("this service has no model store") }
    guard let place = places.take() else {
      throw .unavailable(.overloaded, "another model is being imported; try again", retryAfter: 5)
    }
    defer { withExtendedLifetime(place) {} }
    return try await blocking {
      let bytes = try file.read(at: range.lowerBound, count: range.count)
      return try ModelImport(into: store).version(of: bytes, named: name)
    }
  }

  private func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws(APIError) -> Value {
    do {
      return try await NIOThreadPool.singleton.runIfActive(body)
    } catch let error as ModelStoreError {
      throw APIError(error)
    } catch let error as ModelImportError {
      throw APIError(error)
    } catch {
      throw .unavailable(
        .storageUnavailable, "the model store cannot be used; try again", retryAfter: 30)
    }
  }
}
