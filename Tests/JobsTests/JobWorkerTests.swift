import Foundation
import GRDB
import Logging
import PostgreSQL
import Records
import Synchronization
import Testing

@testable import Jobs

@Suite(.timeLimit(.minutes(15))) struct JobWorkerTests {
  private struct Count: Codable, Equatable {
    var value: Int
  }

  private func worker(
    _ board: JobBoard, stopTimeout: Duration = .seconds(20), _ handlers: any JobHandler...,
    retention: Duration? = nil, observer: @escaping JobWorker.Observer = { _ in }
  ) -> JobWorker {
    var configuration = JobWorker.Configuration()
    configuration.lease = .seconds(30)
    configuration.tick = .milliseconds(20)
    configuration.stopTimeout = stopTimeout
    configuration.retention = retention
    return JobWorker(
      board: board, handlers: handlers, configuration: configuration,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, observer: observer)
  }

  /// Runs something while a worker works.
  private func working<Value: Sendable>(
    _ worker: JobWorker, _ body: () async throws -> Value
  ) async throws -> Value {
    let work = Task { await worker.run() }
    defer { work.cancel() }
    let value = try await body()
    work.cancel()
    await work.value
    return value
  }

  @Test(arguments: JobFixture.Form.allCases)
  func aJobIsDone(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let handler = TestHandler { job, context in
      context.report(JobProgress(done: 1, total: 2, unit: "pictures", detail: .emptyObject))
      context.append("epoch", try EncodedJSON(Count(value: 1)))
      context.append("epoch", try EncodedJSON(Count(value: 2)))
      #expect(FileManager.default.fileExists(atPath: context.input.path))
      return try EncodedJSON(Count(value: job.attempt))
    }
    try await working(worker(board, handler)) {
      let id = try await fixture.submit(board).id
      let job = try await fixture.job(id) { $0.state.isEnd }
      #expect(job.state == .succeeded)
      #expect(try job.result?.decoded() == Count(value: 1))
      #expect(
        job.progress == JobProgress(done: 1, total: 2, unit: "pictures", detail: .emptyObject))
      #expect(job.started != nil && job.ended != nil && job.failure == nil)
      let events = try await fixture.store.events(ofJob: id, after: 0, limit: 100)
      #expect(events.map(\.number) == [1, 2, 3, 4, 5])
      #expect(events.map(\.name) == ["state", "state", "epoch", "epoch", "state"])
      #expect(events[4].data.text == #"{"attempt":1,"state":"succeeded"}"#)
      #expect(try await fixture.store.events(ofJob: id, after: 3, limit: 1) == [events[3]])
    }
  }

  @Test func anErrorOfAHandlerIsNotTriedAgain() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let handler = TestHandler { job, _ in
      guard job.ownerKeyID == "key" else { throw CocoaError(.fileNoSuchFile) }
      throw JobFailure(code: "invalid_archive", message: "it is cut short")
    }
    try await working(worker(board, handler)) {
      let first = try await fixture.job(fixture.submit(board).id) { $0.state.isEnd }
      #expect(first.state == .failed)
      #expect(first.failure == JobFailure(code: "invalid_archive", message: "it is cut short"))
      #expect(first.attempt == 1)
      // What the caller had better not see is not shown.
      let second = try await fixture.job(fixture.submit(board, owner: "other").id) {
        $0.state.isEnd
      }
      #expect(second.failure?.code == "internal_error")
    }
  }

  @Test(arguments: [true, false])
  func aRunningJobIsCancelled(blocks: Bool) async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let handler = TestHandler { _, context in
      context.report(JobProgress(done: 1))
      if blocks {
        try await context.blocking {
          while !Task.isCancelled { sched_yield() }
          #expect(context.isCancelled)
          try Task.checkCancellation()
        }
      } else {
        try await Task.sleep(for: .seconds(3_600))
      }
      return .emptyObject
    }
    try await working(worker(board, handler)) {
      let id = try await fixture.submit(board).id
      _ = try await fixture.job(id) { $0.progress.done == 1 }
      #expect(try await board.cancel(id: id)?.isCancellationRequested == true)
      #expect(try await fixture.job(id) { $0.state.isEnd }.state == .cancelled)
      // It is over: cancelling once more changes nothing, and it can be removed.
      #expect(try await board.cancel(id: id)?.state == .cancelled)
      #expect(try await board.remove(id: id))
      #expect(try await fixture.store.job(id: id) == nil)
      #expect(!FileManager.default.fileExists(atPath: fixture.folders.folder(ofJob: id).path))
    }
  }

  /// A handler that does not listen keeps nobody from stopping, also when it was told to stop before.
  @Test(arguments: [true, false])
  func aWorkerStopsThoughItsHandlerDoesNot(isCancelledBefore: Bool) async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let (ends, end) = AsyncStream<Void>.makeStream()
    let (told, tell) = AsyncStream<Void>.makeStream()
    let handler = TestHandler { _, _ in
      await withTaskCancellationHandler {
        // A task of its own hears of no cancellation.
        await Task { for await _ in ends {} }.value
      } onCancel: {
        tell.finish()
      }
      return .emptyObject
    }
    try await working(worker(board, stopTimeout: .milliseconds(50), handler)) {
      let id = try await fixture.submit(board).id
      _ = try await fixture.job(id) { $0.state == .running }
      if isCancelledBefore {
        _ = try await board.cancel(id: id)
        for await _ in told {}
      }
    }
    end.finish()
  }

  @Test(arguments: JobFixture.Form.allCases)
  func anotherWorkerGoesOnWhereOneWasStopped(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let handler = TestHandler { _, context in
      let done = try context.checkpoint?.decoded(as: Count.self).value ?? 0
      let file = context.folder.appending(path: "state")
      #expect(FileManager.default.fileExists(atPath: file.path) == (done > 0))
      try Data().write(to: file)
      try await context.saveCheckpoint(EncodedJSON(Count(value: done + 1)))
      if done < 2 { try await Task.sleep(for: .seconds(3_600)) }
      return try EncodedJSON(Count(value: done))
    }
    let id = try await fixture.submit(board).id
    for attempt in 1...2 {
      try await working(worker(board, handler)) {
        _ = try await fixture.job(id) { $0.attempt == attempt && $0.state == .running }
        while try await fixture.checkpoint(of: id) != attempt { await Task.yield() }
      }
      #expect(try await fixture.store.job(id: id)?.state == .queued)
    }
    try await working(worker(board, handler)) {
      let job = try await fixture.job(id) { $0.state.isEnd }
      #expect(job.state == .succeeded)
      #expect(try job.result?.decoded() == Count(value: 2))
      #expect(job.attempt == 3)
    }
  }

  @Test func tellsWhatItTookOverAndWhatIsOver() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let reports = Mutex<[JobReport.Event]>([])
    let jobs = [try await fixture.submit(board), try await fixture.submit(board)]
    // A worker that dies right after it took the first.
    let claim = try await fixture.store.claim(
      jobs[0].id, kind: JobFixture.kind, for: "dead", lease: .zero, dead: [])
    #expect(claim?.isReclaimed == false)
    #expect(try await fixture.store.counts() == [JobFixture.kind: [.running: 1, .queued: 1]])
    let handler = TestHandler { _, _ in .emptyObject }
    let worker = worker(board, handler) { report in
      #expect(report.kind == JobFixture.kind)
      reports.withLock { $0.append(report.event) }
    }
    try await working(worker) {
      for job in jobs { _ = try await fixture.job(job.id) { $0.state.isEnd } }
    }
    let told = reports.withLock { $0 }
    #expect(told.filter { $0 == .reclaimed }.count == 1)
    #expect(told.first == .reclaimed)
    #expect(told.count == 3)
    #expect(try await fixture.store.counts() == [JobFixture.kind: [.succeeded: 2]])
  }

  @Test func kindsDoNotWaitForEachOther() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let long = JobKind(rawValue: "long")
    let slow = TestHandler(kind: long) { _, _ in
      try await Task.sleep(for: .seconds(3_600))
      return .emptyObject
    }
    let quick = TestHandler { _, _ in .emptyObject }
    try await working(worker(board, slow, quick)) {
      let first = try await fixture.submit(board, kind: long)
      _ = try await fixture.job(first.id) { $0.state == .running }
      let second = try await fixture.submit(board)
      #expect(try await fixture.job(second.id) { $0.state.isEnd }.state == .succeeded)
    }
  }

  @Test func whatAJobWorkedOnGoesWhenItIsOver() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let handler = TestHandler { _, context in
      try Data().write(to: context.folder.appending(path: "results"))
      return .emptyObject
    }
    try await working(worker(board, handler)) {
      let draft = try await board.draft()
      try Data().write(to: draft.input.appending(path: "upload"))
      let job = try await board.submit(
        draft, kind: JobFixture.kind, parameters: .emptyObject, owner: "key")
      _ = try await fixture.job(job.id) { $0.state.isEnd }
      while FileManager.default.fileExists(atPath: draft.input.path) { await Task.yield() }
      let results = draft.folder.appending(path: "results")
      #expect(FileManager.default.fileExists(atPath: results.path))
    }
  }

  @Test func oldJobsAndWhatProcessesLeftBehindAreRemoved() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    let (old, waiting) = (try await fixture.submit(board), try await fixture.submit(board))
    _ = try await board.cancel(id: old.id)
    // An upload whose process was killed, one that is under way, and a worker that died.
    let orphan = fixture.folders.folder(ofJob: RecordID.make(at: Date() - 3_600))
    try FileManager.default.createDirectory(at: orphan, withIntermediateDirectories: true)
    let late = try JobDraft(
      id: "late", folder: fixture.folders.folder(ofJob: RecordID.make(at: Date() - 3_600)))
    let dead = fixture.folders.workers.appending(path: "dead")
    try FileManager.default.createDirectory(at: dead, withIntermediateDirectories: true)
    let alive = try WorkerPresence(in: fixture.folders)
    try await JobSweep(board: board, retention: .seconds(3_600)).run()
    #expect(try await fixture.store.job(id: old.id) != nil)
    #expect(!FileManager.default.fileExists(atPath: orphan.path))
    #expect(FileManager.default.fileExists(atPath: late.folder.path))
    #expect(!FileManager.default.fileExists(atPath: dead.path))
    #expect(WorkerPresence.dead(among: [alive.name], in: fixture.folders).isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: fixture.folders.workers.path)
        == [alive.name])
    try await JobSweep(board: board, retention: .seconds(-1)).run()
    #expect(try await fixture.store.job(id: old.id) == nil)
    #expect(!FileManager.default.fileExists(atPath: fixture.folders.folder(ofJob: old.id).path))
    #expect(try await fixture.store.job(id: waiting.id) != nil)
    #expect(FileManager.default.fileExists(atPath: fixture.folders.folder(ofJob: waiting.id).path))
  }

  @Test func aDraftThatIsNotSubmittedLeavesNothingBehind() async throws {
    let fixture = try JobFixture()
    let board = fixture.board()
    var draft: JobDraft? = try await board.draft()
    let folder = try #require(draft?.folder)
    #expect(FileManager.default.fileExists(atPath: folder.path))
    draft = nil
    #expect(!FileManager.default.fileExists(atPath: folder.path))
  }
}

extension JobFixture {
  /// The count in the checkpoint of a job.
  fileprivate func checkpoint(of id: String) async throws -> Int? {
    if let records = records as? PostgresPredictionStore {
      let rows = try await records.pool.query(
        "SELECT checkpoint::json ->> 'value' AS value FROM jobs WHERE id = $1", [id]
      ).rows
      return try rows.first?.optional("value").flatMap { Int($0) }
    }
    let sqlite = try #require(records as? SQLitePredictionStore)
    return try await sqlite.pool.read { database in
      try String.fetchOne(
        database, sql: "SELECT json_extract(checkpoint, '$.value') FROM jobs WHERE id = ?",
        arguments: [id]
      ).flatMap { Int($0) }
    }
  }
}
