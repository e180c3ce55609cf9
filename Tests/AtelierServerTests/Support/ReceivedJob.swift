import Foundation
import HummingbirdTesting
import Jobs
import Logging
import NIOCore

@testable import AtelierServer

/// A job as callers decode it.
struct ReceivedJob: Decodable {
  struct Progress: Decodable {
    let done: Int
    let total: Int?
    let unit: String
  }
  struct Totals: Decodable {
    let pictures: Int
    let classified: Int
    let failed: Int
    let by_class: [String: Int]
  }
  struct Failure: Decodable {
    let code: String
    let message: String
  }
  let id: String
  let state: String
  let created_at: String
  let started_at: String?
  let ended_at: String?
  let progress: Progress
  let result: Totals?
  let error: Failure?
  let attempt: Int
  let cancellation_requested: Bool

  init(_ response: TestResponse) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(response.body.readableBytesView))
  }
}

/// A page of jobs.
struct ReceivedJobs: Decodable {
  let jobs: [ReceivedJob]
  let next_cursor: String?

  init(_ response: TestResponse) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(response.body.readableBytesView))
  }
}

/// A line of the results of a job.
struct ReceivedLine: Decodable {
  let index: Int
  let filename: String
  let id: String?
  let error: ReceivedJob.Failure?
}

extension TestService {
  /// Runs something while a worker does jobs.
  func working<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    var configuration = JobWorker.Configuration()
    configuration.tick = .milliseconds(20)
    let worker = JobWorker(
      board: board, handlers: components.jobHandlers, configuration: configuration,
      logger: Logger(label: "worker") { [log] _ in log }, observer: components.jobMetrics.count)
    let work = Task { await worker.run() }
    defer { work.cancel() }
    let value = try await body()
    work.cancel()
    await work.value
    return value
  }
}
