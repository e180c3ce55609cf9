public import Foundation
import GRDB
import Synchronization

/// Keeps predictions in a SQLite database, in write-ahead mode.
///
/// Commits are grouped: while one transaction is being written, the records that arrive wait, and the
/// next transaction takes them all. That is what makes ``Durability/power`` affordable, the default:
/// the wait for the disk is shared by all the records of the group, and a lone record waits for nobody
/// but the disk.
///
/// All work happens on the threads of the database, none on the caller's.
public final class SQLitePredictionStore: PredictionStore {
  /// The database file.
  public let file: URL

  /// Records that may wait for the disk before new ones are refused.
  private static let waitingLimit = 10_000
  /// Records in one transaction.
  private static let groupLimit = 512

  private let pool: DatabasePool
  private let queue = Mutex(InsertQueue())

  /// Opens the database, which is created if it does not exist, and brings it to the current schema.
  ///
  /// - Parameters:
  ///   - file: The database file; its folder is created if need be.
  ///   - durability: What an answered prediction survives.
  ///   - busyTimeout: How long to wait, in seconds, while another process holds the database.
  /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
  public init(
    file: URL, durability: Durability = .power, busyTimeout: TimeInterval = 5
  ) throws(RecordsError) {
    self.file = file
    var configuration = Configuration()
    configuration.label = "records"
    configuration.busyMode = .timeout(busyTimeout)
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      pool = try DatabasePool(path: file.path, configuration: configuration)
      try pool.writeWithoutTransaction {
        try $0.execute(sql: "PRAGMA synchronous = \(durability.synchronous)")
      }
      try SQLiteSchema.migrator.migrate(pool)
    } catch {
      throw .cannotOpen(path: file.path, reason: Self.reason(error))
    }
  }

  /// Stores a record with those that arrive at the same time, and returns after the commit.
  public func insert(_ record: PredictionRecord) async throws(RecordsError) {
    let result: Result<Void, RecordsError> = await withCheckedContinuation { continuation in
      let waiting = WaitingInsert(record: record, continuation: continuation)
      switch queue.withLock({ $0.append(waiting, limit: Self.waitingLimit) }) {
      case .wait: break
      case .write: pool.asyncWriteWithoutTransaction { [self] in writeWaiting($0) }
      case .refuse(let error): continuation.resume(returning: .failure(error))
      }
    }
    try result.get()
  }

  /// The record with an identity, or `nil`.
  public func record(id: String) async throws(RecordsError) -> PredictionRecord? {
    try await read { database in
      try Row.fetchOne(database, sql: "SELECT * FROM predictions WHERE id = ?", arguments: [id])
        .map(PredictionRow.record)
    }
  }

  /// How many predictions there are, read from a table that triggers keep exact.
  public func counts() async throws(RecordsError) -> PredictionCounts {
    try await read { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT model_used, predicted_class, predictions FROM prediction_counts "
          + "WHERE predictions > 0")
      return PredictionCounts(
        Dictionary(
          uniqueKeysWithValues: rows.map { row in
            (PredictionCounts.Key(engine: row[0], predictedClass: row[1]), row[2])
          }))
    }
  }

  /// Checks that the database can be read and its write lock taken.
  public func ping() async throws(RecordsError) {
    do {
      // Taking and dropping the write lock finds a read-only, locked or missing database.
      try await pool.writeWithoutTransaction { database in
        try database.execute(sql: "BEGIN IMMEDIATE; ROLLBACK")
        _ = try Row.fetchOne(database, sql: "SELECT id FROM predictions LIMIT 1")
      }
    } catch {
      throw Self.recordsError(error)
    }
  }

  /// Stores what is waiting, then closes the database.
  public func close() async throws(RecordsError) {
    queue.withLock { $0.isClosed = true }
    do {
      // The writer is serial: what waited before is written before.
      try await pool.writeWithoutTransaction { _ in }
      try pool.close()
    } catch {
      throw Self.recordsError(error)
    }
  }

  /// Writes groups of records until none waits. Runs on the database's writer.
  private func writeWaiting(_ database: Database) {
    while case let group = queue.withLock({ $0.next(limit: Self.groupLimit) }), !group.isEmpty {
      let results = Self.write(group.map(\.record), to: database)
      for (insert, result) in zip(group, results) { insert.continuation.resume(returning: result) }
    }
  }

  /// Writes records in one transaction: a duplicate fails alone, everything else all together.
  private static func write(
    _ records: [PredictionRecord], to database: Database
  ) -> [Result<Void, RecordsError>] {
    var results: [Result<Void, RecordsError>] = []
    results.reserveCapacity(records.count)
    do {
      try database.inTransaction(.immediate) {
        let statement = try database.cachedStatement(sql: PredictionRow.insert)
        for record in records {
          try statement.execute(arguments: PredictionRow.arguments(record))
          results.append(
            database.changesCount > 0 ? .success(()) : .failure(.duplicate(id: record.id)))
        }
        return .commit
      }
      return results
    } catch {
      return records.map { _ in .failure(recordsError(error)) }
    }
  }

  private func read<Value: Sendable>(
    _ value: @Sendable @escaping (Database) throws -> Value
  ) async throws(RecordsError) -> Value {
    do {
      return try await pool.read(value)
    } catch {
      throw Self.recordsError(error)
    }
  }

  private static func recordsError(_ error: any Error) -> RecordsError {
    guard let error = error as? DatabaseError else { return .broken(reason: reason(error)) }
    switch error.resultCode {
    case .SQLITE_FULL: return .diskFull
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy
    case .SQLITE_MISUSE: return .closed
    default: return .broken(reason: reason(error))
    }
  }

  /// What SQLite says, without the statement and its values.
  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as DatabaseError: error.message ?? error.resultCode.description
    case let error as CocoaError: error.localizedDescription
    default: "\(error)"
    }
  }
}

extension SQLitePredictionStore {
  /// The identities of all records.
  func identities() async throws(RecordsError) -> [String] {
    try await read { try String.fetchAll($0, sql: "SELECT id FROM predictions") }
  }

  /// How the writing connection keeps its journal and waits for the disk.
  func settings() throws -> [String] {
    try pool.writeWithoutTransaction { database in
      try ["journal_mode", "synchronous"].compactMap {
        try String.fetchOne(database, sql: "PRAGMA \($0)")
      }
    }
  }

  /// Lets the database grow no further, as on a disk that is full.
  func limitToCurrentSize() throws {
    try pool.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
  }
}
