public import Foundation
import PostgreSQL
public import Records

/// Keeps jobs in the PostgreSQL database of the predictions. Claims go by the clock of the database, so
/// that those of the servers need not agree.
public struct PostgresJobStore: JobStore {
  private let records: PostgresPredictionStore
  private let now: (@Sendable () -> Date)?

  /// Opens the jobs of a database.
  ///
  /// - Parameters:
  ///   - records: The database; closing it closes this too.
  ///   - now: The clock that leases go by; `nil` for the one of the database.
  public init(_ records: PostgresPredictionStore, now: (@Sendable () -> Date)? = nil) {
    self.records = records
    self.now = now
  }

  /// Adds a job that waits.
  public func insert(_ job: Job) async throws(RecordsError) {
    try await transaction { connection throws(PostgresError) in
      try connection.query(
        """
        INSERT INTO jobs (id, kind, state, parameters, owner_key_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6::timestamptz)
        """,
        [
          job.id, job.kind.rawValue, JobState.queued.rawValue,
          PostgresText.text(job.parameters.text), job.ownerKeyID, Timestamp.text(job.created),
        ])
      try PostgresJobs(connection, time: time).noteState(.queued, ofJob: job.id, attempt: 0)
    }
  }

  /// The job with an identity, or `nil`.
  public func job(id: String) async throws(RecordsError) -> Job? {
    try await query(
      "SELECT \(PostgresJobs.columns) FROM jobs WHERE id = $1", [PostgresText.text(id)], JobRow.job
    ).first
  }

  /// The newest jobs that a filter lets through.
  public func page(
    matching filter: JobFilter, after id: String?, limit: Int
  ) async throws(RecordsError) -> JobPage {
    // One more than asked for tells whether there is a next page.
    let jobs = try await query(
      """
      SELECT \(PostgresJobs.columns) FROM jobs
      WHERE ($1::text IS NULL OR id < $1) AND ($2::text IS NULL OR state = $2)
        AND ($3::text IS NULL OR owner_key_id = $3) AND ($4::text[] IS NULL OR kind = ANY($4))
      ORDER BY id DESC LIMIT $5::bigint
      """,
      [
        id.map(PostgresText.text), filter.state?.rawValue,
        filter.ownerKeyID.map(PostgresText.text),
        filter.kinds.map { PostgresText.array($0.map { PostgresText.text($0.rawValue) }) },
        String(limit + 1),
      ], JobRow.job)
    let shown = Array(jobs.prefix(limit))
    return JobPage(jobs: shown, next: jobs.count > limit ? shown.last?.id : nil)
  }

  /// The events of a job after the one with a number, the oldest first.
  public func events(
    ofJob id: String, after number: Int, limit: Int
  ) async throws(RecordsError) -> [JobEvent] {
    try await query(
      """
      SELECT number, created_at, name, data FROM job_events WHERE job = $1 AND number > $2::bigint
      ORDER BY number LIMIT $3::bigint
      """, [PostgresText.text(id), String(number), String(limit)], JobRow.event)
  }

  /// How many jobs of each kind are in each state.
  public func counts() async throws(RecordsError) -> [JobKind: [JobState: Int]] {
    let rows = try await query(
      "SELECT kind, state, count(*) AS count FROM jobs GROUP BY kind, state"
    ) { row throws(PostgresError) -> (JobKind, JobState?, Int) in
      (
        JobKind(rawValue: try row.text("kind")), JobState(rawValue: try row.text("state")),
        try row.number("count")
      )
    }
    return rows.reduce(into: [:]) { counts, row in
      guard let state = row.1 else { return }
      counts[row.0, default: [:]][state] = row.2
    }
  }

  /// How many jobs wait.
  public func waitingCount() async throws(RecordsError) -> Int {
    try await query("SELECT count(*) AS count FROM jobs WHERE state = 'queued'") {
      row throws(PostgresError) -> Int in try row.number("count")
    }.first ?? 0
  }

  /// The workers that have jobs now.
  public func busyWorkers() async throws(RecordsError) -> Set<String> {
    Set(
      try await query("SELECT DISTINCT worker FROM jobs WHERE state = 'running'") {
        row throws(PostgresError) -> String in try row.text("worker")
      })
  }

  /// Cancels a job: at once when it waits, soon when a worker has it.
  public func cancel(id: String) async throws(RecordsError) -> Job? {
    try await transaction { connection throws(PostgresError) in
      let jobs = PostgresJobs(connection, time: time)
      guard let job = try jobs.job(PostgresText.text(id)) else { return nil }
      switch job.state {
      case .queued: try jobs.end(job, with: .cancelled)
      case .running:
        try connection.query(
          """
          UPDATE jobs SET cancellation_requested = true, revision = revision + 1 WHERE id = $1
          """, [job.id])
      case .succeeded, .failed, .cancelled: break
      }
      return try jobs.job(job.id)
    }
  }

  /// Removes a job that is over, with its events.
  public func remove(id: String) async throws(RecordsError) -> Bool {
    try await transaction { connection throws(PostgresError) in
      try connection.query(
        "DELETE FROM jobs WHERE id = $1 AND ended_at IS NOT NULL", [PostgresText.text(id)]
      ).count > 0
    }
  }

  /// The jobs that were over before a time, the oldest first.
  public func ended(before date: Date, limit: Int) async throws(RecordsError) -> [String] {
    try await query(
      """
      SELECT id FROM jobs WHERE ended_at < $1::timestamptz ORDER BY ended_at LIMIT $2::bigint
      """, [Timestamp.text(date), String(limit)]
    ) { row throws(PostgresError) -> String in try row.text("id") }
  }
}

extension PostgresJobStore {
  /// The present time by the clock that was given; `nil` for the database's.
  var time: String? { now.map { Timestamp.text($0()) } }

  func transaction<Value: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws(PostgresError) -> Value
  ) async throws(RecordsError) -> Value {
    do {
      return try await records.pool.transaction("", body)
    } catch {
      throw PostgresPredictionStore.recordsError(error)
    }
  }

  func query<Value>(
    _ sql: String, _ values: [String?] = [],
    _ value: (PostgresRow) throws(PostgresError) -> Value
  ) async throws(RecordsError) -> [Value] {
    do {
      return try await records.pool.query(sql, values).rows.map(value)
    } catch {
      throw PostgresPredictionStore.recordsError(error)
    }
  }
}
