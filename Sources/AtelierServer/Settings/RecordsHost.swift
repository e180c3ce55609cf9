import APIKeys
public import Counters
public import Foundation
public import Jobs
public import Records
import Redis

/// Opens the records that a server with the same settings keeps, whether it runs or not.
public struct RecordsHost: Sendable {
  private let settings: Settings

  /// Creates a host.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// The directory of the server's state.
  public var home: URL { settings.homeDirectory }

  /// The records; there has to be a database.
  ///
  /// - Throws: `RecordsError/cannotOpen(path:reason:)`, or `PostgresError` when the address cannot be read.
  public func store() throws -> any PredictionDatabase {
    try Storage(existing: settings).predictions
  }

  /// What copies the predictions of the SQLite file to the PostgreSQL of the settings, which gets the
  /// service's tables if it has none.
  ///
  /// - Throws: `SettingsError` when no PostgreSQL is set, `PostgresError` when its address cannot be read,
  ///   or `RecordsError/cannotOpen(path:reason:)`.
  public func migration() throws -> HistoryMigration {
    guard let address = try settings.databaseAddress else {
      throw SettingsError.unusable(
        .databaseUrl, value: "", reason: "must be the PostgreSQL to move the predictions to")
    }
    let source = try SQLitePredictionStore(existing: settings.databaseFile)
    return HistoryMigration(from: source, to: try PostgresPredictionStore(address))
  }

  /// Copies the keys of the home directory to the database that servers share, those that are not there.
  ///
  /// - Returns: How many there were to copy.
  /// - Throws: `KeyError` when they cannot be read or written; `RecordsError` or `PostgresError`.
  public func migrateKeys() throws -> Int {
    let stored = try Storage.keyFile(home: settings.homeDirectory).keys()
    guard !stored.isEmpty else { return 0 }
    return try KeysHost(settings).keys().change { keys in
      let new = stored.filter { key in !keys.contains { $0.id == key.id } }
      keys += new
      return new.count
    }
  }

  /// The jobs; there has to be a database.
  ///
  /// - Throws: `RecordsError/cannotOpen(path:reason:)`, or `RedisError` or `PostgresError` when an
  ///   address cannot be read.
  public func jobs() async throws -> JobBoard {
    let host = ServiceHost(settings)
    let home = settings.homeDirectory
    let storage = try Storage(existing: settings)
    return host.jobs(in: home, of: storage.jobs, redis: try await host.redis())
  }

  /// Makes the counts that servers share through Redis those of the database, if there is a Redis.
  /// Servers notice predictions that they store, but not what others take away.
  ///
  /// - Throws: `CounterError` when Redis cannot be reached.
  public func publishCounts(of store: any PredictionStore) async throws(CounterError) {
    let host = ServiceHost(settings)
    let address: RedisAddress?
    do throws(RedisError) {
      address = try await host.redis()
    } catch {
      throw .redis(error)
    }
    if let address { _ = try await host.counter(of: store, at: address).counts() }
  }
}

extension Settings {
  /// The file of the log; `nil` for none. Servers that share a home directory must not share it.
  var logFile: URL? {
    let path = text(.logFile)
    return path == "none" ? nil : URL(filePath: path, relativeTo: homeDirectory)
  }
}
