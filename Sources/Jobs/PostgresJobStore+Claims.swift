import PostgreSQL
public import Records

extension PostgresJobStore {
  /// Gives a worker a job that waits, or whose worker is dead.
  public func claim(
    _ id: String?, kind: JobKind, for worker: String, lease: Duration, dead: Set<String>
  ) async throws(RecordsError) -> JobClaim? {
    let candidate = PostgresJobs.candidate(id, kind, at: time, dead)
    // Looking needs no lock, and mostly there is nothing.
    guard try await !query(candidate.sql, candidate.values, JobRow.job).isEmpty else { return nil }
    return try await transaction { connection throws(PostgresError) in
      let jobs = PostgresJobs(connection, time: time)
      // A job that another worker looks at just now is that one's.
      let sql = candidate.sql + " FOR UPDATE SKIP LOCKED"
      while let row = try connection.query(sql, candidate.values).rows.first {
        let job = try JobRow.job(row)
        if job.state == .running, let ending = try jobs.countCrash(of: job) {
          try jobs.end(job, with: ending)
          continue
        }
        return try jobs.take(job, for: worker, lease: lease)
      }
      return nil
    }
  }

  /// Whether a claim still holds.
  public func standing(of claim: JobClaim) async throws(RecordsError) -> JobClaim.Standing {
    try await query(PostgresJobs.standing, PostgresJobs.values(of: claim)) {
      row throws(PostgresError) in try row.flag("cancellation_requested")
    }.first.map { $0 ? .cancelled : .held } ?? .lost
  }

  /// Writes what the worker has told, and renews its claim.
  public func renew(
    _ claim: JobClaim, lease: Duration, storing changes: JobChanges
  ) async throws(RecordsError) -> JobClaim.Standing {
    try await transaction { connection throws(PostgresError) in
      let jobs = PostgresJobs(connection, time: time)
      let standing = try jobs.standing(of: claim)
      guard standing != .lost else { return standing }
      try jobs.extend(claim.job.id, by: lease)
      try jobs.store(changes, ofJob: claim.job.id)
      return standing
    }
  }

  /// Ends a job.
  public func end(
    _ claim: JobClaim, with outcome: JobOutcome, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool {
    try await transaction { connection throws(PostgresError) in
      let jobs = PostgresJobs(connection, time: time)
      guard try jobs.standing(of: claim) != .lost else { return false }
      try jobs.store(changes, ofJob: claim.job.id)
      try jobs.end(claim.job, with: outcome)
      return true
    }
  }

  /// Gives a job back, so that another worker goes on with it.
  public func release(
    _ claim: JobClaim, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool {
    try await transaction { connection throws(PostgresError) in
      let jobs = PostgresJobs(connection, time: time)
      let standing = try jobs.standing(of: claim)
      guard standing != .lost else { return false }
      try jobs.store(changes, ofJob: claim.job.id)
      guard standing == .held else {
        try jobs.end(claim.job, with: .cancelled)
        return true
      }
      try connection.query(
        """
        UPDATE jobs SET state = 'queued', worker = NULL, revision = revision + 1 WHERE id = $1
        """, [claim.job.id])
      try jobs.noteState(.queued, ofJob: claim.job.id, attempt: claim.job.attempt)
      return true
    }
  }
}
