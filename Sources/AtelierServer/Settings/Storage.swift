import APIKeys
import Foundation
import Jobs
import PostgreSQL
import Records

/// Where the settings say that predictions, jobs and keys are kept: the one place that knows which
/// databases there are.
struct Storage: Sendable {
  /// The predictions.
  let predictions: any PredictionDatabase
  /// The jobs. Closing the predictions closes them too.
  let jobs: any JobStore
  /// What it is, for people.
  let description: String

  private let home: URL
  /// The PostgreSQL that servers share; `nil` when files of this machine have all.
  private let shared: PostgresPredictionStore?

  /// Opens the database of a server, which is made if need be.
  ///
  /// - Throws: `SettingsError`, `PostgresError` when the address cannot be read, or
  ///   `RecordsError/cannotOpen(path:reason:)`.
  init(_ settings: Settings) throws {
    if let address = try settings.databaseAddress {
      let store = try PostgresPredictionStore(
        address, connections: settings.number(.databaseConnections))
      self.init(store, home: settings.homeDirectory)
      return
    }
    guard let durability = Durability(rawValue: settings.text(.durability)) else {
      throw SettingsError.unusable(
        .durability, value: settings.text(.durability), reason: "must be power or process")
    }
    let store = try SQLitePredictionStore(file: settings.databaseFile, durability: durability)
    self.init(store, home: settings.homeDirectory)
  }

  /// Opens the database that a server with the same settings keeps, whether it runs or not. It is not
  /// changed to a newer schema.
  ///
  /// - Throws: `PostgresError` when the address cannot be read, or `RecordsError/cannotOpen(path:reason:)`.
  init(existing settings: Settings) throws {
    if let address = try settings.databaseAddress {
      self.init(try PostgresPredictionStore(existing: address), home: settings.homeDirectory)
    } else {
      self.init(
        try SQLitePredictionStore(existing: settings.databaseFile), home: settings.homeDirectory)
    }
  }

  private init(_ store: SQLitePredictionStore, home: URL) {
    predictions = store
    jobs = SQLiteJobStore(store)
    description = "\(store.file.path), which is SQLite"
    self.home = home
    shared = nil
  }

  private init(_ store: PostgresPredictionStore, home: URL) {
    predictions = store
    jobs = PostgresJobStore(store)
    description = "\(store.address)"
    self.home = home
    shared = store
  }

  /// Whether servers of several machines share it.
  var isShared: Bool { shared != nil }

  /// The keys that can change while a service runs: in the database that servers share, or else in the
  /// home directory.
  ///
  /// - Throws: `KeyError` when they cannot be read.
  func keys() throws(KeyError) -> any KeyStorage {
    if let shared { return try PostgresKeyStore(shared.pool) }
    return Self.keyFile(home: home)
  }

  /// The secret of sessions, which is made if need be: where the keys are too.
  ///
  /// - Throws: `SessionSecretError` when it cannot be read or made.
  func sessionSecret() throws(SessionSecretError) -> SessionSecret {
    if let shared { return try SessionSecret(sharedIn: shared.pool) }
    return try SessionSecret(file: home.appending(path: "session.secret"))
  }

  /// The file of the keys of a service that shares none.
  static func keyFile(home: URL) -> KeyStore {
    KeyStore(file: home.appending(path: "keys.json"))
  }
}

extension Settings {
  /// The directory of the service's state.
  var homeDirectory: URL { URL(filePath: text(.home), directoryHint: .isDirectory) }

  /// The file of SQLite's database.
  var databaseFile: URL {
    let path = text(.database)
    return path.isEmpty ? homeDirectory.appending(path: "atelier.db") : URL(filePath: path)
  }

  /// The PostgreSQL that keeps all; `nil` when a file does.
  var databaseAddress: PostgresAddress? {
    get throws(PostgresError) {
      let url = text(.databaseUrl)
      return url.isEmpty ? nil : try PostgresAddress(url: url)
    }
  }
}
