public import Foundation
public import PostgreSQL
import Synchronization

/// Keeps predictions in a PostgreSQL database, which several servers may share.
///
/// Commits are grouped: while one statement stores a group of records, those that arrive wait, and the
/// next one takes them all. A record is answered after its commit, which PostgreSQL has written to disk
/// then (unless its `synchronous_commit` says otherwise).
///
/// All work happens on the threads of the connections, none on the caller's.
public final class PostgresPredictionStore: PredictionDatabase {
  /// Records that may wait for the database before new ones are refused.
  private static let waitingLimit = 10_000
  /// Records in one transaction.
  private static let groupLimit = 512

  /// Where the database is.
  public var address: PostgresAddress { pool.address }

  /// The connections, which jobs and keys use too.
  package let pool: PostgresPool
  let facets = PostgresFacets()
  let months = PostgresMonths()
  let zones = Mutex(Zones())
  private let inserts = Mutex(Inserts())

  struct Zones {
    var work = ZoneWork()
    /// What makes them, until none is missing.
    var maker: Task<Void, Never>?
  }

  private struct Inserts {
    var queue = InsertQueue()
    /// What writes them, until none waits.
    var writer: Task<Void, Never>?
  }

  /// Connects to a database, and brings it to the current schema.
  ///
  /// - Parameters:
  ///   - address: The database.
  ///   - connections: The most connections.
  /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
  public convenience init(
    _ address: PostgresAddress, connections: Int = 8
  ) throws(RecordsError) {
    try self.init(address, connections, PostgresSchema.migrations)
  }

  /// Connects to a database that another process may be using. It has to be of the current schema, so
  /// that a newer program does not change it under an older server.
  ///
  /// - Parameter address: The database.
  /// - Throws: ``RecordsError/cannotOpen(path:reason:)``.
  public init(existing address: PostgresAddress) throws(RecordsError) {
    pool = PostgresPool(address, size: 4)
    try Self.opening(address) { () throws(PostgresError) in
      try PostgresMigration.check(pool, for: PostgresSchema.migrations)
    }
  }

  init(
    _ address: PostgresAddress, _ connections: Int, _ migrations: [PostgresMigration]
  ) throws(RecordsError) {
    pool = PostgresPool(address, size: connections)
    try Self.opening(address) { () throws(PostgresError) in
      try PostgresMigration.migrate(pool, by: migrations)
      try months.makeCurrent(using: pool)
    }
    // Other servers may have left predictions without zones.
    startMakingZones()
  }

  private static func opening(
    _ address: PostgresAddress, _ body: () throws(PostgresError) -> Void
  ) throws(RecordsError) {
    do {
      try body()
    } catch {
      let reason =
        switch error {
        case .unreachable(let reason), .unexpected(let reason): reason
        default: "\(error)"
        }
      throw .cannotOpen(path: "\(address)", reason: reason)
    }
  }

  /// Stores a record with those that arrive at the same time, and returns after the commit.
  public func insert(
    _ record: PredictionRecord, picture: [UInt8]?
  ) async throws(RecordsError) {
    guard let date = RecordID.date(of: record.id), date < PredictionMonth.limit else {
      throw .broken(reason: "\(record.id) is no identity of a record")
    }
    let result: Result<Void, RecordsError> = await withCheckedContinuation { continuation in
      let waiting = WaitingInsert(insert: PredictionInsert(record, picture: picture)) {
        continuation.resume(returning: $0)
      }
      let refusal: RecordsError? = inserts.withLock { inserts in
        switch inserts.queue.append(waiting, limit: Self.waitingLimit) {
        case .wait, .go: break
        case .write: inserts.writer = Task { await writeWaiting() }
        case .refuse(let error): return error
        }
        return nil
      }
      if let refusal { continuation.resume(returning: .failure(refusal)) }
    }
    try result.get()
  }

  /// Stores records in one transaction, beside those of records that came alone.
  public func insert(_ group: [PredictionInsert]) async -> [Result<Void, RecordsError>] {
    guard !group.isEmpty else { return [] }
    guard !inserts.withLock({ $0.queue.isClosed }) else {
      return group.map { _ in .failure(.closed) }
    }
    return await write(group)
  }

  /// The record with an identity, or `nil`.
  public func record(id: String) async throws(RecordsError) -> PredictionRecord? {
    guard RecordID.isWellFormed(id) else { return nil }
    return try await reading { () async throws(PostgresError) in
      try PredictionRecord.all(in: await pool.query(PostgresHistorySource.record, [id])).first
    }
  }

  /// How many predictions there are, read from a table that triggers keep exact.
  public func counts() async throws(RecordsError) -> PredictionCounts {
    try await reading { () async throws(PostgresError) in
      var counts: [PredictionCounts.Key: Int] = [:]
      var revision = 0
      let answer = try await pool.query(
        """
        SELECT model_used, predicted_class, sum(predictions) AS predictions,
          sum(removals) AS removals
        FROM prediction_facets GROUP BY model_used, predicted_class
        """)
      for row in answer.rows {
        let (predictions, removals): (Int, Int) = (
          try row.number("predictions"), try row.number("removals")
        )
        // What was removed was added before.
        revision += predictions + 2 * removals
        guard predictions > 0 else { continue }
        let key = PredictionCounts.Key(
          engine: try row.text("model_used"), predictedClass: try row.text("predicted_class"))
        counts[key] = predictions
      }
      return PredictionCounts(counts, revision: revision)
    }
  }

  /// The predictions since a time, counted by what monitoring asks for.
  public func tallies(
    since date: Date, by span: TallySpan
  ) async throws(RecordsError) -> PredictionTallies {
    let start = span.start(of: date)
    return try await reading { () async throws(PostgresError) in
      let answer = try await pool.query(
        PostgresTallies.select, [String(span.rawValue), Timestamp.text(start)])
      var tallies: [PredictionTally] = []
      for row in answer.rows {
        let label = try row.text("true_label")
        tallies.append(
          PredictionTally(
            engine: try row.text("model_used"), modelVersion: try row.text("model_version"),
            predictedClass: try row.text("predicted_class"),
            trueLabel: label.isEmpty ? nil : label, isUncertain: try row.flag("uncertain"),
            isGarment: try row.flag("garment"), confidenceBin: try row.number("bin"),
            count: try row.number("count")))
      }
      return PredictionTallies(start: start, tallies: tallies)
    }
  }

  /// Checks that the database answers, has the tables, and can be written.
  public func ping() async throws(RecordsError) {
    try await reading { () async throws(PostgresError) in
      let answer = try await pool.query(
        """
        SELECT current_setting('transaction_read_only') AS read_only,
          EXISTS (SELECT FROM predictions) AS any
        """)
      guard try answer.rows.first?.text("read_only") == "off" else {
        throw .unexpected(reason: "it can only be read; is it a standby?")
      }
    }
  }

  /// Stores what is waiting, then closes the connections.
  public func close() async throws(RecordsError) {
    let writer = inserts.withLock { inserts in
      inserts.queue.isClosed = true
      return inserts.writer
    }
    await writer?.value
    await finishMakingZones()
    await pool.close()
  }

  /// Writes groups of records until none waits.
  private func writeWaiting() async {
    repeat {
      let group = inserts.withLock { $0.queue.next(limit: Self.groupLimit) }
      let results = await write(group.map(\.insert))
      for (insert, result) in zip(group, results) { insert.completion(result) }
    } while inserts.withLock({ $0.queue.goesOn() })
  }
}
