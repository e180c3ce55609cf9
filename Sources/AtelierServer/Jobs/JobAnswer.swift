import Foundation
public import Jobs
import Records

/// A job as answers and events show it.
enum JobAnswer {
  static func json(_ job: Job) -> OrderedJSON {
    [
      "id": .string(job.id),
      "kind": .string(job.kind.rawValue),
      "state": .string(job.state.rawValue),
      "created_at": time(job.created),
      "started_at": time(job.started),
      "ended_at": time(job.ended),
      "progress": [
        "done": .integer(job.progress.done),
        "total": job.progress.total.map { .integer($0) } ?? .null,
        "unit": .string(job.progress.unit),
        "detail": value(job.progress.detail),
      ],
      "parameters": value(job.parameters),
      "result": value(job.result),
      "error": job.failure.map {
        ["code": .string($0.code), "message": .string($0.message)]
      } ?? .null,
      "attempt": .integer(job.attempt),
      "cancellation_requested": .boolean(job.isCancellationRequested),
      "owner_key_id": .string(job.ownerKeyID),
    ]
  }

  private static func time(_ date: Date?) -> OrderedJSON {
    date.map { .string(Timestamp.text($0)) } ?? .null
  }

  private static func value(_ json: EncodedJSON?) -> OrderedJSON {
    json.map { .encoded($0.text) } ?? .null
  }
}

extension Job {
  /// The job as the API answers with it: JSON in one line.
  public var answer: String { JobAnswer.json(self).text }
}
