import APIKeys
import HTTPTypes
import Jobs
import Logging
import Records

/// The jobs, as those who may see them get them.
struct JobService: Sendable {
  let board: JobBoard
  let logger: Logger

  private static let failure = "the jobs cannot be read or written"

  /// Jobs that a key may see, newest first.
  func page(
    _ parameters: JobListParameters, key: APIKey
  ) async throws(APIError) -> JobPage {
    try await reading { () async throws(RecordsError) in
      try await board.store.page(
        matching: parameters.filter(within: JobAccess.filter(for: key)), after: parameters.cursor,
        limit: parameters.limit)
    }
  }

  /// A job that a key may see; of others it does not learn whether they exist.
  func job(id: String, key: APIKey) async throws(APIError) -> Job {
    let job = try await reading { () async throws(RecordsError) in
      try await board.store.job(id: id)
    }
    guard let job, JobAccess.isVisible(job, to: key) else { throw .noJob }
    return job
  }

  /// Some events of a job.
  func events(of job: Job, after number: Int) async throws(APIError) -> [JobEvent] {
    try await reading { () async throws(RecordsError) in
      try await board.store.events(ofJob: job.id, after: number, limit: 1)
    }
  }

  /// Cancels a job, or removes it when it is over.
  ///
  /// - Returns: The job as it is then; `nil` when it is removed.
  func end(id: String, key: APIKey) async throws(APIError) -> Job? {
    let job = try await job(id: id, key: key)
    guard JobAccess.mayEnd(job, key) else {
      throw APIError(
        status: .forbidden, code: .forbidden,
        message: "only the key that asked for a job may end it, or one with the role admin")
    }
    return try await reading { () async throws(RecordsError) -> Job? in
      guard job.state.isEnd else { return try await board.cancel(id: id) }
      _ = try await board.remove(id: id)
      return nil
    }
  }

  /// Logs why jobs cannot be read or written.
  func unavailable(_ error: any Error) -> APIError {
    logger.storageFailure(error, Self.failure)
  }

  private func reading<Value: Sendable>(
    _ body: () async throws(RecordsError) -> Value
  ) async throws(APIError) -> Value {
    try await logger.storing(or: Self.failure, body)
  }
}

extension APIError {
  static let noJob = notFound("there is no job of this identity")
}
