import PostgreSQL
import Records

/// What a transaction does with jobs. It has locked the row of a job before it changes it.
struct PostgresJobs {
  private let connection: PostgresConnection
  /// The present time, or `nil` for the database's.
  private let time: String?

  init(_ connection: PostgresConnection, time: String?) {
    self.connection = connection
    self.time = time
  }

  /// The columns of a job, by name: a server of the next version may add others while this one runs.
  static let columns = """
    id, kind, state, parameters, owner_key_id, created_at, started_at, ended_at, done, total, unit, detail,
    result, error_code, error_message, attempts, cancellation_requested, revision, checkpoint
    """

  /// The oldest job that a worker may take: one that waits, or whose worker died.
  static func candidate(
    _ id: String?, _ kind: JobKind, at time: String?, _ dead: Set<String>
  ) -> PostgresStatement {
    PostgresStatement(
      """
      SELECT \(columns) FROM jobs
      WHERE kind = $1 AND state IN ('queued', 'running') AND ($2::text IS NULL OR id = $2)
        AND (state = 'queued' OR lease_until < coalesce($3::timestamptz, clock_timestamp())
          OR worker = ANY($4::text[]))
      ORDER BY id LIMIT 1
      """, [kind.rawValue, id, time, PostgresText.array(Array(dead))])
  }

  /// The row of a job whose claim holds. The same worker may have lost the job and got it again.
  static let standing = """
    SELECT cancellation_requested FROM jobs
    WHERE id = $1 AND state = 'running' AND worker = $2 AND attempts = $3::integer
    """

  static func values(of claim: JobClaim) -> [String?] {
    [claim.job.id, claim.worker, String(claim.job.attempt)]
  }

  /// A job, which nobody else changes before the transaction ends.
  func job(_ id: String) throws(PostgresError) -> Job? {
    guard
      let row = try connection.query(
        "SELECT \(Self.columns) FROM jobs WHERE id = $1 FOR UPDATE", [id]
      ).rows.first
    else { return nil }
    return try JobRow.job(row)
  }

  /// Whether a claim holds, and goes on to hold before the transaction ends.
  func standing(of claim: JobClaim) throws(PostgresError) -> JobClaim.Standing {
    let rows = try connection.query(Self.standing + " FOR UPDATE", Self.values(of: claim)).rows
    guard let row = rows.first else { return .lost }
    return try row.flag("cancellation_requested") ? .cancelled : .held
  }

  /// Counts that a worker died over a job.
  ///
  /// - Returns: How the job ends; `nil` when it is tried again.
  func countCrash(of job: Job) throws(PostgresError) -> JobOutcome? {
    if job.isCancellationRequested { return .cancelled }
    let rows = try connection.query(
      "UPDATE jobs SET crashes = crashes + 1 WHERE id = $1 RETURNING crashes", [job.id]
    ).rows
    let crashes: Int = try rows.first?.number("crashes") ?? 0
    return crashes >= PostgresJobStore.crashLimit ? .workersDied : nil
  }

  func take(
    _ job: Job, for worker: String, lease: Duration
  ) throws(PostgresError) -> JobClaim? {
    try connection.query(
      """
      UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = $2,
        started_at = coalesce(started_at, $3::timestamptz, clock_timestamp()),
        revision = revision + 1
      WHERE id = $1
      """, [job.id, worker, time])
    try extend(job.id, by: lease)
    try noteState(.running, ofJob: job.id, attempt: job.attempt + 1)
    guard
      let row = try connection.query(
        "SELECT \(Self.columns) FROM jobs WHERE id = $1", [job.id]
      ).rows.first
    else { return nil }
    return JobClaim(
      job: try JobRow.job(row), worker: worker,
      checkpoint: try row.optional("checkpoint").map(EncodedJSON.init(encoded:)),
      isReclaimed: job.state == .running)
  }

  func extend(_ id: String, by lease: Duration) throws(PostgresError) {
    try connection.query(
      """
      UPDATE jobs SET lease_until = coalesce($2::timestamptz, clock_timestamp())
        + $3::bigint * interval '1 millisecond'
      WHERE id = $1
      """, [id, time, String(Int(lease / .milliseconds(1)))])
  }

  func store(_ changes: JobChanges, ofJob id: String) throws(PostgresError) {
    guard !changes.isEmpty else { return }
    if let progress = changes.progress {
      try connection.query(
        """
        UPDATE jobs SET done = $2::bigint, total = $3::bigint, unit = $4, detail = $5 WHERE id = $1
        """,
        [
          id, String(progress.done), progress.total.map { String($0) }, progress.unit,
          progress.detail.map { PostgresText.text($0.text) },
        ])
    }
    if let checkpoint = changes.checkpoint {
      try connection.query(
        "UPDATE jobs SET checkpoint = $2, crashes = 0 WHERE id = $1",
        [id, PostgresText.text(checkpoint.text)])
    }
    for event in changes.events {
      try note(event.name, event.data, ofJob: id, at: Timestamp.text(event.time))
    }
    try connection.query("UPDATE jobs SET revision = revision + 1 WHERE id = $1", [id])
  }

  func end(_ job: Job, with outcome: JobOutcome) throws(PostgresError) {
    try connection.query(
      """
      UPDATE jobs SET state = $2, ended_at = coalesce($3::timestamptz, clock_timestamp()),
        result = $4, error_code = $5, error_message = $6, worker = NULL, checkpoint = NULL,
        revision = revision + 1
      WHERE id = $1
      """,
      [
        job.id, outcome.state.rawValue, time, outcome.result.map { PostgresText.text($0.text) },
        outcome.failure?.code, outcome.failure.map { PostgresText.text($0.message) },
      ])
    try noteState(outcome.state, ofJob: job.id, attempt: job.attempt)
  }

  /// Notes that a job has come to a state, for those who watch it.
  func noteState(_ state: JobState, ofJob id: String, attempt: Int) throws(PostgresError) {
    try note(JobEvent.stateName, JobEvent.data(of: state, attempt: attempt), ofJob: id, at: time)
  }

  private func note(
    _ name: String, _ data: EncodedJSON, ofJob id: String, at time: String?
  ) throws(PostgresError) {
    try connection.query(
      """
      INSERT INTO job_events (job, number, created_at, name, data)
      SELECT $1, coalesce(max(number), 0) + 1, coalesce($2::timestamptz, clock_timestamp()), $3, $4
      FROM job_events WHERE job = $1
      """, [id, time, name, PostgresText.text(data.text)])
  }
}

extension JobRow {
  static func job(_ row: PostgresRow) throws(PostgresError) -> Job {
    guard let created = Timestamp.stored(try row.text("created_at")),
      let state = JobState(rawValue: try row.text("state"))
    else { throw .unexpected(reason: "a job cannot be read") }
    func encoded(_ name: String) throws(PostgresError) -> EncodedJSON? {
      try row.optional(name).map(EncodedJSON.init(encoded:))
    }
    var job = Job(
      id: try row.text("id"), kind: JobKind(rawValue: try row.text("kind")),
      parameters: EncodedJSON(encoded: try row.text("parameters")),
      ownerKeyID: try row.text("owner_key_id"), created: created)
    job.state = state
    job.started = try row.optional("started_at").flatMap(Timestamp.stored)
    job.ended = try row.optional("ended_at").flatMap(Timestamp.stored)
    job.progress = JobProgress(
      done: try row.number("done"), total: try row.optional("total").flatMap { Int($0) },
      unit: try row.text("unit"), detail: try encoded("detail"))
    job.result = try encoded("result")
    if let code = try row.optional("error_code") {
      job.failure = JobFailure(code: code, message: try row.optional("error_message") ?? "")
    }
    job.attempt = try row.number("attempts")
    job.isCancellationRequested = try row.flag("cancellation_requested")
    job.revision = try row.number("revision")
    return job
  }

  static func event(_ row: PostgresRow) throws(PostgresError) -> JobEvent {
    guard let time = Timestamp.stored(try row.text("created_at")) else {
      throw .unexpected(reason: "the time of an event cannot be read")
    }
    return JobEvent(
      number: try row.number("number"), time: time, name: try row.text("name"),
      data: EncodedJSON(encoded: try row.text("data")))
  }
}
