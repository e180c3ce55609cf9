import Foundation
import GRDB
public import Records

extension SQLiteJobStore {
  /// Gives a worker a job that waits, or whose worker is dead.
  public func claim(
    _ id: String?, kind: JobKind, for worker: String, lease: Duration, dead: Set<String>
  ) async throws(RecordsError) -> JobClaim? {
    // Looking does not need the lock that writing needs, and mostly there is nothing.
    let isThere = try await read { [now] database in
      try Self.candidate(id, kind, at: now(), dead, in: database) != nil
    }
    guard isThere else { return nil }
    return try await write { [now] database in
      let time = now()
      while let job = try Self.candidate(id, kind, at: time, dead, in: database) {
        if job.state == .running {
          let ending = try Self.countCrash(of: job, in: database)
          if let ending {
            try Self.end(job, with: ending, at: time, in: database)
            continue
          }
        }
        return try Self.take(job, for: worker, lease: lease, at: time, in: database)
      }
      return nil
    }
  }

  /// Whether a claim still holds.
  public func standing(of claim: JobClaim) async throws(RecordsError) -> JobClaim.Standing {
    try await read { try Self.standing(of: claim, in: $0) }
  }

  /// Writes what the worker has told, and renews its claim.
  public func renew(
    _ claim: JobClaim, lease: Duration, storing changes: JobChanges
  ) async throws(RecordsError) -> JobClaim.Standing {
    try await write { [now] database in
      let standing = try Self.standing(of: claim, in: database)
      guard standing != .lost else { return standing }
      try database.execute(
        sql: "UPDATE jobs SET lease_until = ? WHERE id = ?",
        arguments: [Self.end(of: lease, from: now()), claim.job.id])
      if !changes.isEmpty { try Self.store(changes, ofJob: claim.job.id, in: database) }
      return standing
    }
  }

  /// Ends a job.
  public func end(
    _ claim: JobClaim, with outcome: JobOutcome, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool {
    try await write { [now] database in
      guard try Self.standing(of: claim, in: database) != .lost else { return false }
      try Self.store(changes, ofJob: claim.job.id, in: database)
      try Self.end(claim.job, with: outcome, at: now(), in: database)
      return true
    }
  }

  /// Gives a job back, so that another worker goes on with it.
  public func release(
    _ claim: JobClaim, storing changes: JobChanges
  ) async throws(RecordsError) -> Bool {
    try await write { [now] database in
      let standing = try Self.standing(of: claim, in: database)
      guard standing != .lost else { return false }
      try Self.store(changes, ofJob: claim.job.id, in: database)
      guard standing == .held else {
        try Self.end(claim.job, with: .cancelled, at: now(), in: database)
        return true
      }
      try database.execute(
        sql: """
          UPDATE jobs SET state = 'queued', worker = NULL, revision = revision + 1 WHERE id = ?
          """, arguments: [claim.job.id])
      try Self.noteState(
        .queued, ofJob: claim.job.id, attempt: claim.job.attempt, at: now(), in: database)
      return true
    }
  }
}

extension SQLiteJobStore {
  /// The oldest job that a worker may take: one that waits, or whose worker died.
  private static func candidate(
    _ id: String?, _ kind: JobKind, at time: Date, _ dead: Set<String>, in database: Database
  ) throws -> Job? {
    let marks = Array(repeating: "?", count: dead.count).joined(separator: ", ")
    var arguments: StatementArguments = [kind.rawValue]
    if let id { arguments += [id] }
    arguments += [Timestamp.milliseconds(of: time)]
    arguments += StatementArguments(Array(dead))
    return try Row.fetchOne(
      database,
      sql: """
        SELECT * FROM jobs
        WHERE kind = ? AND state IN ('queued', 'running') \(id == nil ? "" : "AND id = ?")
          AND (state = 'queued' OR lease_until < ? OR worker IN (\(marks)))
        ORDER BY id LIMIT 1
        """, arguments: arguments
    ).map(JobRow.job)
  }

  /// Counts that a worker died over a job.
  ///
  /// - Returns: How the job ends; `nil` when it is tried again.
  private static func countCrash(of job: Job, in database: Database) throws -> JobOutcome? {
    if job.isCancellationRequested { return .cancelled }
    try database.execute(
      sql: "UPDATE jobs SET crashes = crashes + 1 WHERE id = ?", arguments: [job.id])
    let crashes = try Int.fetchOne(
      database, sql: "SELECT crashes FROM jobs WHERE id = ?", arguments: [job.id])
    return (crashes ?? 0) >= crashLimit ? .workersDied : nil
  }

  private static func take(
    _ job: Job, for worker: String, lease: Duration, at time: Date, in database: Database
  ) throws -> JobClaim? {
    try database.execute(
      sql: """
        UPDATE jobs SET state = 'running', attempts = attempts + 1, worker = ?, lease_until = ?,
          started_at = ifnull(started_at, ?), revision = revision + 1
        WHERE id = ?
        """, arguments: [worker, end(of: lease, from: time), Timestamp.text(time), job.id])
    try noteState(.running, ofJob: job.id, attempt: job.attempt + 1, at: time, in: database)
    let checkpoint = try String.fetchOne(
      database, sql: "SELECT checkpoint FROM jobs WHERE id = ?", arguments: [job.id])
    return try Self.job(job.id, in: database).map {
      JobClaim(
        job: $0, worker: worker, checkpoint: checkpoint.map(EncodedJSON.init(encoded:)),
        isReclaimed: job.state == .running)
    }
  }

  private static func standing(
    of claim: JobClaim, in database: Database
  ) throws -> JobClaim.Standing {
    // The same worker may have lost the job and got it again.
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT cancellation_requested FROM jobs
        WHERE id = ? AND state = 'running' AND worker = ? AND attempts = ?
        """, arguments: [claim.job.id, claim.worker, claim.job.attempt])
    guard let row else { return .lost }
    return row[0] ? .cancelled : .held
  }

  private static func store(
    _ changes: JobChanges, ofJob id: String, in database: Database
  ) throws {
    if let progress = changes.progress {
      try database.execute(
        sql: "UPDATE jobs SET done = ?, total = ?, unit = ?, detail = ? WHERE id = ?",
        arguments: [progress.done, progress.total, progress.unit, progress.detail?.text, id])
    }
    if let checkpoint = changes.checkpoint {
      try database.execute(
        sql: "UPDATE jobs SET checkpoint = ?, crashes = 0 WHERE id = ?",
        arguments: [checkpoint.text, id])
    }
    for event in changes.events { try note(event, ofJob: id, in: database) }
    if !changes.isEmpty {
      try database.execute(
        sql: "UPDATE jobs SET revision = revision + 1 WHERE id = ?", arguments: [id])
    }
  }

  private static func end(of lease: Duration, from time: Date) -> Int {
    Timestamp.milliseconds(of: time) + Int(lease / .milliseconds(1))
  }
}
