public import Foundation
import GRDB
public import Records

/// Keeps jobs in the database of the predictions, through the same connection: what both write waits
/// in one line, not for each other's locks.
public struct SQLiteJobStore: JobStore {
  private let records: SQLitePredictionStore
  let now: @Sendable () -> Date

  /// Opens the jobs of a database.
  ///
  /// - Parameters:
  ///   - records: The database; closing it closes this too.
  ///   - now: The clock that leases go by.
  public init(_ records: SQLitePredictionStore, now: @escaping @Sendable () -> Date = { Date() }) {
    self.records = records
    self.now = now
  }

  /// Adds a job that waits.
  public func insert(_ job: Job) async throws(RecordsError) {
    try await write { database in
      try database.execute(sql: JobRow.insert, arguments: JobRow.arguments(job))
      try Self.noteState(.queued, ofJob: job.id, attempt: 0, at: now(), in: database)
    }
  }

  /// The job with an identity, or `nil`.
  public func job(id: String) async throws(RecordsError) -> Job? {
    try await read { database in
      try Self.job(id, in: database)
    }
  }

  /// The newest jobs that a filter lets through.
  public func page(
    matching filter: JobFilter, after id: String?, limit: Int
  ) async throws(RecordsError) -> JobPage {
    try await read { database in
      var conditions: [String] = []
      var arguments: StatementArguments = []
      if let id {
        conditions.append("id < ?")
        arguments += [id]
      }
      if let state = filter.state {
        conditions.append("state = ?")
        arguments += [state.rawValue]
      }
      if let owner = filter.ownerKeyID {
        conditions.append("owner_key_id = ?")
        arguments += [owner]
      }
      if let kinds = filter.kinds {
        let marks = Array(repeating: "?", count: kinds.count).joined(separator: ", ")
        conditions.append("kind IN (\(marks))")
        arguments += StatementArguments(kinds.map(\.rawValue))
      }
      let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
      // One more than asked for tells whether there is a next page.
      arguments += [limit + 1]
      let jobs = try Row.fetchAll(
        database, sql: "SELECT * FROM jobs \(condition) ORDER BY id DESC LIMIT ?",
        arguments: arguments
      ).map(JobRow.job)
      let shown = Array(jobs.prefix(limit))
      return JobPage(jobs: shown, next: jobs.count > limit ? shown.last?.id : nil)
    }
  }

  /// The events of a job after the one with a number, the oldest first.
  public func events(
    ofJob id: String, after number: Int, limit: Int
  ) async throws(RecordsError) -> [JobEvent] {
    try await read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM job_events WHERE job = ? AND number > ? ORDER BY number LIMIT ?",
        arguments: [id, number, limit]
      ).map(JobRow.event)
    }
  }

  /// How many jobs of each kind are in each state.
  public func counts() async throws(RecordsError) -> [JobKind: [JobState: Int]] {
    try await read { database in
      try Row.fetchCursor(
        database, sql: "SELECT kind, state, count(*) FROM jobs GROUP BY kind, state"
      ).reduce(into: [:]) { counts, row in
        guard let state = JobState(rawValue: row[1]) else { return }
        counts[JobKind(rawValue: row[0]), default: [:]][state] = row[2]
      }
    }
  }

  /// How many jobs wait.
  public func waitingCount() async throws(RecordsError) -> Int {
    try await read { database in
      try Int.fetchOne(database, sql: "SELECT count(*) FROM jobs WHERE state = 'queued'") ?? 0
    }
  }

  /// The workers that have jobs now.
  public func busyWorkers() async throws(RecordsError) -> Set<String> {
    try await read { database in
      try String.fetchSet(
        database, sql: "SELECT DISTINCT worker FROM jobs WHERE state = 'running'")
    }
  }

  /// Cancels a job: at once when it waits, soon when a worker has it.
  public func cancel(id: String) async throws(RecordsError) -> Job? {
    try await write { database in
      guard let job = try Self.job(id, in: database) else { return nil }
      switch job.state {
      case .queued:
        try Self.end(job, with: .cancelled, at: now(), in: database)
      case .running:
        try database.execute(
          sql: """
            UPDATE jobs SET cancellation_requested = 1, revision = revision + 1 WHERE id = ?
            """, arguments: [id])
      case .succeeded, .failed, .cancelled: break
      }
      return try Self.job(id, in: database)
    }
  }

  /// Removes a job that is over, with its events.
  public func remove(id: String) async throws(RecordsError) -> Bool {
    try await write { database in
      try database.execute(
        sql: "DELETE FROM jobs WHERE id = ? AND ended_at IS NOT NULL", arguments: [id])
      guard database.changesCount > 0 else { return false }
      try database.execute(sql: "DELETE FROM job_events WHERE job = ?", arguments: [id])
      return true
    }
  }

  /// The jobs that were over before a time, the oldest first.
  public func ended(before date: Date, limit: Int) async throws(RecordsError) -> [String] {
    try await read { database in
      try String.fetchAll(
        database, sql: "SELECT id FROM jobs WHERE ended_at < ? ORDER BY ended_at LIMIT ?",
        arguments: [Timestamp.text(date), limit])
    }
  }
}

extension SQLiteJobStore {
  func read<Value: Sendable>(
    _ value: @Sendable @escaping (Database) throws -> Value
  ) async throws(RecordsError) -> Value {
    try await records.read(value)
  }

  /// Writes in a transaction, also when the calling task is cancelled: what a job was is not forgotten
  /// because the job has to stop.
  func write<Value: Sendable>(
    _ updates: @Sendable @escaping (Database) throws -> Value
  ) async throws(RecordsError) -> Value {
    do {
      return try await Task { [pool = records.pool] in try await pool.write(updates) }.value
    } catch {
      throw SQLitePredictionStore.recordsError(error)
    }
  }

  static func job(_ id: String, in database: Database) throws -> Job? {
    try Row.fetchOne(database, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id])
      .map(JobRow.job)
  }

  /// Notes that a job has come to a state, for those who watch it.
  static func noteState(
    _ state: JobState, ofJob id: String, attempt: Int, at time: Date, in database: Database
  ) throws {
    let data = JobEvent.data(of: state, attempt: attempt)
    try note(
      JobChanges.Event(time: time, name: JobEvent.stateName, data: data), ofJob: id, in: database)
  }

  static func note(
    _ event: JobChanges.Event, ofJob id: String, in database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO job_events (job, number, created_at, name, data)
        SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3, ?4 FROM job_events WHERE job = ?1
        """,
      arguments: [id, Timestamp.text(event.time), event.name, event.data.text])
  }

  static func end(
    _ job: Job, with outcome: JobOutcome, at time: Date, in database: Database
  ) throws {
    try database.execute(
      sql: """
        UPDATE jobs SET state = ?, ended_at = ?, result = ?, error_code = ?, error_message = ?,
          worker = NULL, checkpoint = NULL, revision = revision + 1
        WHERE id = ?
        """,
      arguments: [
        outcome.state.rawValue, Timestamp.text(time), outcome.result?.text, outcome.failure?.code,
        outcome.failure?.message, job.id,
      ])
    try noteState(outcome.state, ofJob: job.id, attempt: job.attempt, at: time, in: database)
  }
}
