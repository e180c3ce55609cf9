import Foundation
import PostgresSupport
import Records
import Redis
import RedisSupport
import Synchronization

@testable import Jobs

/// A database of jobs in a folder that goes when the test ends.
final class JobFixture: Sendable {
  /// What hands out the work.
  enum Form: CaseIterable, Sendable {
    case database, redis
    /// The database, and that is PostgreSQL.
    case postgreSQL

    /// The forms in which the database hands out the work.
    static let databases = [Form.database, .postgreSQL]
  }

  static let kind = JobKind(rawValue: "test")
  /// For tests that wait for claims to run out.
  static let shortLease = Duration.milliseconds(300)

  let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-jobs-\(UUID().uuidString)", directoryHint: .isDirectory)
  let records: any PredictionDatabase
  let store: any JobStore
  let folders: JobFolders
  let redis: RedisServer?
  private let opening: @Sendable (_ now: (@Sendable () -> Date)?) -> any JobStore

  init(_ form: Form = .database) throws {
    if form == .postgreSQL {
      let records = try PostgresPredictionStore(PostgresServer.newDatabase())
      self.records = records
      opening = { PostgresJobStore(records, now: $0) }
    } else {
      let records = try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
      self.records = records
      opening = { SQLiteJobStore(records, now: $0 ?? { Date() }) }
    }
    store = opening(nil)
    folders = JobFolders(directory: folder.appending(path: "jobs"))
    redis = form == .redis ? try RedisServer() : nil
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  /// The jobs by another clock.
  func store(now: @escaping @Sendable () -> Date) -> any JobStore { opening(now) }

  /// A queue of its own, as each server has one.
  func queue(
    scanInterval: Duration = .seconds(600), lease: Duration = .seconds(600)
  ) -> any JobQueue {
    let database = DatabaseJobQueue(
      store: store, folders: folders, lease: lease, pollInterval: .milliseconds(50))
    guard let redis else { return database }
    return RedisJobQueue(
      database: database, address: RedisAddress(port: redis.port), scanInterval: scanInterval)
  }

  func board(_ queue: (any JobQueue)? = nil) -> JobBoard {
    JobBoard(store: store, queue: queue ?? self.queue(), folders: folders)
  }

  /// Asks for a job.
  @discardableResult
  func submit(
    _ board: JobBoard, kind: JobKind = kind, owner: String = "key"
  ) async throws -> Job {
    try await board.submit(
      try await board.draft(), kind: kind, parameters: .emptyObject, owner: owner)
  }

  /// A claim, for which is waited.
  func claim(_ queue: any JobQueue, for worker: String) async throws -> JobClaim {
    while true {
      if let claim = try await queue.claim(Self.kind, for: worker) { return claim }
      try Task.checkCancellation()
    }
  }

  /// The job once it meets a condition.
  func job(_ id: String, when condition: (Job) -> Bool) async throws -> Job {
    while true {
      if let job = try await store.job(id: id), condition(job) { return job }
      try Task.checkCancellation()
      await Task.yield()
    }
  }
}

/// Does jobs as a test wants it.
struct TestHandler: JobHandler {
  let kind: JobKind
  let body: @Sendable (Job, JobContext) async throws -> EncodedJSON

  init(
    kind: JobKind = JobFixture.kind,
    _ body: @escaping @Sendable (Job, JobContext) async throws -> EncodedJSON
  ) {
    self.kind = kind
    self.body = body
  }

  func run(_ job: Job, in context: JobContext) async throws -> EncodedJSON {
    try await body(job, context)
  }
}
