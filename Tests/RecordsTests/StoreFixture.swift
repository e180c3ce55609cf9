import Foundation
import PostgreSQL
import PostgresSupport

@testable import Records

/// An empty store in a database of its own, which goes when the test ends.
final class StoreFixture: Sendable {
  /// The databases that a store may keep predictions in.
  enum Form: CaseIterable, Sendable {
    case sqlite, postgreSQL
  }

  let store: any PredictionDatabase
  private let folder: URL?
  private let opening: @Sendable () throws -> any PredictionDatabase

  init(_ form: Form) throws {
    switch form {
    case .sqlite:
      let folder = FileManager.default.temporaryDirectory
        .appending(path: "atelier-records-\(UUID().uuidString)", directoryHint: .isDirectory)
      let file = folder.appending(path: "atelier.db")
      store = try SQLitePredictionStore(file: file)
      opening = { try SQLitePredictionStore(existing: file) }
      self.folder = folder
    case .postgreSQL:
      let address = try PostgresServer.newDatabase()
      store = try PostgresPredictionStore(address)
      opening = { try PostgresPredictionStore(existing: address) }
      folder = nil
    }
  }

  deinit {
    if let folder { try? FileManager.default.removeItem(at: folder) }
  }

  /// The same database, as another process opens it.
  func reopen() throws -> any PredictionDatabase { try opening() }
}
