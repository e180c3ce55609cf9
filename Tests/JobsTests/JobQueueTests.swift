import Foundation
import Records
import Synchronization
import Testing

@testable import Jobs

/// What a queue promises, in every form.
@Suite(.serialized, .timeLimit(.minutes(15))) struct JobQueueTests {
  @Test(arguments: JobFixture.Form.allCases)
  func eachJobGoesToOneWorker(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    var submitted: Set<String> = []
    for _ in 0..<24 { submitted.insert(try await fixture.submit(board).id) }
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for index in 0..<4 {
        group.addTask {
          let queue = fixture.queue()
          var claimed: [String] = []
          while try await fixture.store.waitingCount() > 0 {
            guard let claim = try await queue.claim(JobFixture.kind, for: "worker-\(index)") else {
              continue
            }
            claimed.append(claim.job.id)
            #expect(try await fixture.store.end(claim, with: .cancelled, storing: JobChanges()))
            await queue.settle(claim)
          }
          return claimed
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 24)
    #expect(Set(claimed) == submitted)
  }

  @Test(arguments: JobFixture.Form.allCases)
  func theOldestJobComesFirst(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let (queue, board) = (fixture.queue(), fixture.board())
    var submitted: [String] = []
    for _ in 0..<3 { submitted.append(try await fixture.submit(board).id) }
    for id in submitted {
      #expect(try await fixture.claim(queue, for: "worker").job.id == id)
    }
  }

  @Test(arguments: JobFixture.Form.allCases)
  func jobsOfOtherKindsAreLeftToOthers(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let (queue, board) = (fixture.queue(), fixture.board())
    let other = try await fixture.submit(board, kind: JobKind(rawValue: "newer"))
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    let mine = try await fixture.submit(board)
    #expect(try await fixture.claim(queue, for: "worker").job.id == mine.id)
    #expect(try await fixture.store.job(id: other.id)?.state == .queued)
    let claim = try await queue.claim(JobKind(rawValue: "newer"), for: "newer worker")
    #expect(claim?.job.id == other.id)
  }

  @Test(arguments: JobFixture.Form.allCases)
  func theShareOfASilentWorkerGoesToAnother(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let lease = JobFixture.shortLease
    let job = try await fixture.submit(fixture.board())
    let first = try await fixture.claim(fixture.queue(lease: lease), for: "silent")
    var changes = JobChanges()
    changes.checkpoint = EncodedJSON(encoded: #"{"epoch":3}"#)
    #expect(
      try await fixture.store.renew(first, lease: lease, storing: changes) == .held)
    let second = try await fixture.claim(fixture.queue(lease: lease), for: "other")
    #expect(second.job.id == job.id)
    #expect(second.job.attempt == 2)
    #expect(second.checkpoint?.text == #"{"epoch":3}"#)
    // The first one is not dead after all, but has no say any more.
    #expect(
      try await fixture.store.renew(first, lease: lease, storing: changes) == .lost)
    let end = JobOutcome.succeeded(.emptyObject)
    #expect(try await !fixture.store.end(first, with: end, storing: JobChanges()))
    #expect(try await !fixture.store.release(first, storing: JobChanges()))
    #expect(try await fixture.store.end(second, with: end, storing: JobChanges()))
    #expect(try await fixture.store.job(id: job.id)?.state == .succeeded)
  }

  @Test(arguments: JobFixture.Form.databases)
  func aWorkerThatRenewsItsClaimKeepsTheJob(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let time = Mutex(Date())
    let store = fixture.store { time.withLock(\.self) }
    try await fixture.submit(fixture.board())
    func claim(_ worker: String) async throws -> JobClaim? {
      try await store.claim(
        nil, kind: JobFixture.kind, for: worker, lease: .seconds(30), dead: [])
    }
    let first = try #require(try await claim("busy"))
    for _ in 0..<3 {
      time.withLock { $0 += 20 }
      #expect(
        try await store.renew(first, lease: .seconds(30), storing: JobChanges()) == .held)
      #expect(try await claim("other")?.job.id == nil)
    }
    time.withLock { $0 += 31 }
    #expect(try await claim("other")?.job.attempt == 2)
    #expect(try await store.standing(of: first) == .lost)
  }

  @Test(arguments: JobFixture.Form.allCases)
  func aDeadProcessIsMissedAtOnce(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let job = try await fixture.submit(fixture.board())
    let claim = try await fixture.store.claim(
      nil, kind: JobFixture.kind, for: "dead", lease: .seconds(3_600), dead: [])
    #expect(claim?.job.id == job.id)
    let queue = fixture.queue()
    #expect(try await queue.claim(JobFixture.kind, for: "other") == nil)
    // What is left of a process whose locks the system has released.
    try FileManager.default.createDirectory(
      at: fixture.folders.workers.appending(path: "dead"), withIntermediateDirectories: true)
    #expect(try await fixture.claim(queue, for: "other").job.attempt == 2)
  }

  @Test(arguments: JobFixture.Form.allCases)
  func aJobThatIsGivenBackGoesOnAtOnce(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let (queue, board) = (fixture.queue(), fixture.board())
    let job = try await fixture.submit(board)
    for attempt in 1...SQLiteJobStore.crashLimit + 2 {
      let claim = try await fixture.claim(queue, for: "worker-\(attempt)")
      #expect(claim.job.attempt == attempt)
      #expect(try await fixture.store.release(claim, storing: JobChanges()))
      await queue.settle(claim)
      await queue.announce(job)
    }
    #expect(try await fixture.store.job(id: job.id)?.state == .queued)
  }

  @Test(arguments: JobFixture.Form.allCases)
  func aJobThatWasCancelledIsNotHandedOut(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let (queue, board) = (fixture.queue(), fixture.board())
    let job = try await fixture.submit(board)
    #expect(try await board.cancel(id: job.id)?.state == .cancelled)
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    let other = try await fixture.submit(board)
    #expect(try await fixture.claim(queue, for: "worker").job.id == other.id)
  }

  @Test(arguments: JobFixture.Form.databases)
  func aJobOverWhichWorkersDieIsGivenUp(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let job = try await fixture.submit(fixture.board())
    for attempt in 1...SQLiteJobStore.crashLimit {
      let claim = try await fixture.store.claim(
        nil, kind: JobFixture.kind, for: "worker-\(attempt)", lease: .seconds(60),
        dead: ["worker-\(attempt - 1)"])
      #expect(claim?.job.attempt == attempt)
    }
    let last: Set = ["worker-\(SQLiteJobStore.crashLimit)"]
    let claim = try await fixture.store.claim(
      nil, kind: JobFixture.kind, for: "another", lease: .seconds(60), dead: last)
    #expect(claim == nil)
    let ended = try await fixture.store.job(id: job.id)
    #expect(ended?.state == .failed)
    #expect(ended?.failure?.code == "worker_died")
  }

  @Test(arguments: JobFixture.Form.databases)
  func aCheckpointBetweenDeathsMakesTheCountStartAnew(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    try await fixture.submit(fixture.board())
    var changes = JobChanges()
    changes.checkpoint = .emptyObject
    for attempt in 1...SQLiteJobStore.crashLimit + 3 {
      let claim = try #require(
        try await fixture.store.claim(
          nil, kind: JobFixture.kind, for: "worker-\(attempt)", lease: .seconds(60),
          dead: ["worker-\(attempt - 1)"]))
      _ = try await fixture.store.renew(claim, lease: .seconds(60), storing: changes)
    }
  }

  @Test(arguments: JobFixture.Form.databases)
  func aJobToBeCancelledWhoseWorkerDiedIsCancelled(form: JobFixture.Form) async throws {
    let fixture = try JobFixture(form)
    let board = fixture.board()
    let job = try await fixture.submit(board)
    _ = try await fixture.store.claim(
      nil, kind: JobFixture.kind, for: "dead", lease: .seconds(60), dead: [])
    #expect(try await board.cancel(id: job.id)?.state == .running)
    let claim = try await fixture.store.claim(
      nil, kind: JobFixture.kind, for: "other", lease: .seconds(60), dead: ["dead"])
    #expect(claim == nil)
    #expect(try await fixture.store.job(id: job.id)?.state == .cancelled)
  }
}
