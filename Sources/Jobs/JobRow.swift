import Foundation
import GRDB
import Records

/// How a job becomes a row of SQLite, and a row a job.
enum JobRow {
  static let insert = """
    INSERT INTO jobs (id, kind, state, parameters, owner_key_id, created_at)
    VALUES (?, ?, ?, ?, ?, ?)
    """

  static func arguments(_ job: Job) -> StatementArguments {
    [
      job.id, job.kind.rawValue, JobState.queued.rawValue, job.parameters.text, job.ownerKeyID,
      Timestamp.text(job.created),
    ]
  }

  static func job(_ row: Row) throws -> Job {
    guard let created = Timestamp.stored(row["created_at"]),
      let state = JobState(rawValue: row["state"])
    else {
      throw DatabaseError(message: "a job cannot be read")
    }
    var job = Job(
      id: row["id"], kind: JobKind(rawValue: row["kind"]),
      parameters: EncodedJSON(encoded: row["parameters"]), ownerKeyID: row["owner_key_id"],
      created: created)
    job.state = state
    job.started = (row["started_at"] as String?).flatMap(Timestamp.stored)
    job.ended = (row["ended_at"] as String?).flatMap(Timestamp.stored)
    job.progress = JobProgress(
      done: row["done"], total: row["total"], unit: row["unit"],
      detail: (row["detail"] as String?).map(EncodedJSON.init(encoded:)))
    job.result = (row["result"] as String?).map(EncodedJSON.init(encoded:))
    if let code: String = row["error_code"] {
      job.failure = JobFailure(code: code, message: row["error_message"] ?? "")
    }
    job.attempt = row["attempts"]
    job.isCancellationRequested = row["cancellation_requested"]
    job.revision = row["revision"]
    return job
  }

  static func event(_ row: Row) throws -> JobEvent {
    guard let time = Timestamp.stored(row["created_at"]) else {
      throw DatabaseError(message: "the time of an event cannot be read")
    }
    return JobEvent(
      number: row["number"], time: time, name: row["name"],
      data: EncodedJSON(encoded: row["data"]))
  }
}
