import Dispatch
import Files
public import Foundation
package import GRDB
import Synchronization

/// Keeps predictions in a SQLite database, in write-ahead mode.
///
/// Commits are grouped: while one transaction is being written, the records that arrive wait, and the
/// next transaction takes them all. That is what makes ``Durability/power`` affordable, the default:
/// the wait for the disk is shared by all the records of the group, and a lone record waits for nobody
/// but the disk.
///
/// All work happens on the threads of the database, none on the caller's.
public final class SQLitePredictionStore: PredictionDatabase {
  /// The database file.
  public let file: URL

  /// Records that may wait for the disk before new ones are refused.
  private static let waitingLimit = 10_000
  /// Records in one transaction.
  private static let groupLimit = 512
  /// How long a group may wait for records that are about to come. Under load small pictures come within
  /// a millisecond; for large ones longer than this would pay, and be felt where few ask.
  private static let patience = DispatchTimeInterval.milliseconds(3)

  package let pool: DatabasePool
  private let checkpointer: Checkpointer
  let facets = FacetNumbers()
  let zones = Mutex(ZoneWork())
  private let queue = Mutex(InsertQueue())
  /// Signalled when a group that waits for company has it.
  private let company = DispatchSemaphore(value: 0)

  /// Opens the database, which is created if it does not exist, and brings it to the current schema.
  ///
  /// - Parameters:
  ///   - file: The database file; its folder is created if need be.
  ///   - durability: What an answered prediction survives.
  ///   - busyTimeout: How long to wait, in seconds, while another process holds the database.
  /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
  public convenience init(
    file: URL, durability: Durability = .power, busyTimeout: TimeInterval = 5
  ) throws(RecordsError) {
    try self.init(file, durability: durability, busyTimeout: busyTimeout) {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } preparing: { pool in
      try SQLiteSchema.migrator.migrate(pool)
    }
    // An older version of the program may have left many predictions without zones.
    startMakingZones()
  }

  /// Opens a database that another process may be using. It has to be there, and of the current
  /// schema, so that a newer program does not change it under an older server.
  ///
  /// - Parameters:
  ///   - file: The database file.
  ///   - busyTimeout: How long to wait, in seconds, while another process holds the database.
  /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
  public convenience init(existing file: URL, busyTimeout: TimeInterval = 5) throws(RecordsError) {
    try self.init(file, durability: .power, busyTimeout: busyTimeout) {
      guard FileManager.default.fileExists(atPath: file.path) else {
        throw DatabaseError(message: "there is no such file; a server makes it when it starts")
      }
    } preparing: { pool in
      guard try pool.read(SQLiteSchema.migrator.hasCompletedMigrations) else {
        throw DatabaseError(
          message: "an older version of the program made it; start the server once to update it")
      }
    }
  }

  private init(
    _ file: URL, durability: Durability, busyTimeout: TimeInterval,
    checking check: () throws -> Void, preparing prepare: (DatabasePool) throws -> Void
  ) throws(RecordsError) {
    self.file = file
    var configuration = Configuration()
    configuration.label = "records"
    // SQLite's own handler waits longer and longer, and so hardly ever looks in the short moments between
    // the transactions of a busy server.
    configuration.busyMode = .callback { tries in
      usleep(1_000)
      return tries < Int(busyTimeout * 1_000)
    }
    do {
      try check()
      pool = try DatabasePool(path: file.path, configuration: configuration)
      try pool.writeWithoutTransaction {
        try $0.execute(
          sql: """
            PRAGMA synchronous = \(durability.synchronous);
            PRAGMA wal_autocheckpoint = \(Checkpointer.logLimit);
            """)
      }
      guard try !pool.read(SQLiteSchema.migrator.hasBeenSuperseded) else {
        throw DatabaseError(message: "a newer version of the program made it; use that")
      }
      try prepare(pool)
      checkpointer = try Checkpointer(file: file)
    } catch {
      throw .cannotOpen(path: file.path, reason: Self.reason(error))
    }
  }

  /// Stores a record with those that arrive at the same time, and returns after the commit.
  public func insert(
    _ record: PredictionRecord, picture: [UInt8]?
  ) async throws(RecordsError) {
    let insert = PredictionInsert(record, picture: picture)
    let result: Result<Void, RecordsError> = await withCheckedContinuation { continuation in
      self.insert(insert, followers: 0) { continuation.resume(returning: $0) }
    }
    try result.get()
  }

  /// Stores a record with those that arrive at the same time, for some of which it may wait a moment.
  public func insert(
    _ insert: PredictionInsert, followers: Int, completion: @escaping Completion
  ) {
    let waiting = WaitingInsert(insert: insert, completion: completion)
    let action = queue.withLock {
      $0.append(waiting, followers: followers, limit: Self.waitingLimit)
    }
    switch action {
    case .wait: break
    case .go: company.signal()
    case .write: pool.asyncWriteWithoutTransaction { [self] in writeWaiting($0) }
    case .refuse(let error): completion(.failure(error))
    }
  }

  /// Stores records in one transaction, between those of records that came alone.
  public func insert(_ group: [PredictionInsert]) async -> [Result<Void, RecordsError>] {
    guard !queue.withLock(\.isClosed) else { return group.map { _ in .failure(.closed) } }
    return await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { [self] database in
        continuation.resume(returning: write(group, to: database))
      }
    }
  }

  /// The record with an identity, or `nil`.
  public func record(id: String) async throws(RecordsError) -> PredictionRecord? {
    try await read { database in
      try Row.fetchOne(database, sql: HistorySQL.record, arguments: [id]).map(PredictionRow.record)
    }
  }

  /// How many predictions there are, read from a table that triggers keep exact.
  public func counts() async throws(RecordsError) -> PredictionCounts {
    try await read { database in
      var counts: [PredictionCounts.Key: Int] = [:]
      var revision = 0
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT model_used, predicted_class, sum(predictions), sum(removals)
          FROM prediction_facets GROUP BY model_used, predicted_class
          """)
      while let row = try rows.next() {
        let (predictions, removals): (Int, Int) = (row[2], row[3])
        // What was removed was added before.
        revision += predictions + 2 * removals
        if predictions > 0 { counts[.init(engine: row[0], predictedClass: row[1])] = predictions }
      }
      return PredictionCounts(counts, revision: revision)
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
    zones.withLock { $0.isClosed = true }
    do {
      // The writer is serial, and goes back to its end after each group.
      repeat { try await pool.writeWithoutTransaction { _ in } } while !queue.withLock(\.isIdle)
      try checkpointer.close()
      try pool.close()
    } catch {
      throw Self.recordsError(error)
    }
  }

  /// Writes a group of records. Runs on the database's writer, and leaves it to others that wait for
  /// it before it comes back for the next group.
  private func writeWaiting(_ database: Database) {
    gather()
    let group = queue.withLock { $0.next(limit: Self.groupLimit) }
    let results = write(group.map(\.insert), to: database)
    for (insert, result) in zip(group, results) { insert.completion(result) }
    if queue.withLock({ $0.goesOn() }) {
      pool.asyncWriteWithoutTransaction { [self] in writeWaiting($0) }
    }
  }

  /// Waits a moment for records that are about to come. A commit costs the same however many records it
  /// has, and while requests are being answered side by side, most of its time is theirs.
  private func gather() {
    guard queue.withLock({ $0.startGathering() }) else { return }
    let isLate = company.wait(timeout: .now() + Self.patience) == .timedOut
    // Who found the group complete in the last moment has signalled, or is about to.
    if isLate, !queue.withLock({ $0.stopGathering() }) { company.wait() }
  }

  /// Writes records in one transaction: a duplicate fails alone, everything else all together.
  private func write(
    _ group: [PredictionInsert], to database: Database
  ) -> [Result<Void, RecordsError>] {
    var results: [Result<Void, RecordsError>] = []
    results.reserveCapacity(group.count)
    do {
      try database.inTransaction(.immediate) {
        var counts = GroupCounts()
        for insert in group { results.append(try write(insert, &counts, to: database)) }
        try counts.store(in: database)
        return .commit
      }
      checkpointer.transactionDidEnd(database)
      noteStored(results.count)
      return results
    } catch {
      facets.forget()
      return group.map { _ in .failure(Self.recordsError(error)) }
    }
  }

  /// Writes a record and its picture, or neither when there is a record of the same identity.
  private func write(
    _ insert: PredictionInsert, _ counts: inout GroupCounts, to database: Database
  ) throws -> Result<Void, RecordsError> {
    let facet = try facets.number(of: Facet(insert.record), in: database)
    var picture: Int64?
    if let pixels = insert.picture {
      try database.cachedStatement(sql: PredictionRow.insertPicture)
        .execute { $0.append(pixels) }
      picture = database.lastInsertedRowID
    }
    try database.cachedStatement(sql: PredictionRow.insert).execute { values in
      PredictionRow.append(insert.record, facet: facet, picture: picture, to: &values)
    }
    if database.changesCount > 0 {
      counts.add(insert.record, facet: facet)
      return .success(())
    }
    try database.execute(
      sql: "DELETE FROM prediction_pictures WHERE number = ?", arguments: [picture])
    return .failure(.duplicate(id: insert.record.id))
  }

  package func read<Value: Sendable>(
    _ value: @Sendable @escaping (Database) throws -> Value
  ) async throws(RecordsError) -> Value {
    do {
      return try await pool.read(value)
    } catch {
      throw Self.recordsError(error)
    }
  }

  package static func recordsError(_ error: any Error) -> RecordsError {
    guard let error = error as? DatabaseError else { return .broken(reason: reason(error)) }
    switch error.resultCode {
    case .SQLITE_FULL: return .diskFull
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .busy
    case .SQLITE_MISUSE: return .closed
    default: return .broken(reason: reason(error))
    }
  }

  /// What SQLite says, without the statement and its values.
  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as FileError: error.reason
    case let error as DatabaseError: error.message ?? error.resultCode.description
    case let error as CocoaError: error.localizedDescription
    default: "\(error)"
    }
  }
}
