import Redis
import RedisSupport
import Testing

@testable import Jobs

/// What only a queue in Redis can get wrong.
@Suite(.timeLimit(.minutes(15))) struct RedisJobQueueTests {
  private func streamLength(_ fixture: JobFixture) async throws -> RedisReply {
    let redis = try #require(fixture.redis)
    return try await RedisConnection(RedisAddress(port: redis.port), timeout: .seconds(5))
      .send(["XLEN", "atelier:jobs:test"])
  }

  @Test func jobsAreDoneWhileRedisIsAway() async throws {
    let fixture = try JobFixture(.redis)
    let (queue, board) = (fixture.queue(), fixture.board())
    fixture.redis?.stop()
    let job = try await fixture.submit(board)
    #expect(try await fixture.claim(queue, for: "worker").job.id == job.id)
  }

  @Test func nothingIsLostWhenRedisLosesEverything() async throws {
    let fixture = try JobFixture(.redis)
    let redis = try #require(fixture.redis)
    let (queue, board) = (fixture.queue(scanInterval: .zero), fixture.board())
    let running = try await fixture.submit(board)
    let claim = try await fixture.claim(queue, for: "worker")
    let waiting = try await fixture.submit(board)
    redis.stop()
    let again = try RedisServer(port: redis.port)
    #expect(try await fixture.claim(queue, for: "other").job.id == waiting.id)
    await queue.keep(claim)
    #expect(
      try await fixture.store.end(
        claim, with: .succeeded(.emptyObject), storing: JobChanges()))
    await queue.settle(claim)
    #expect(try await fixture.store.job(id: running.id)?.state == .succeeded)
    withExtendedLifetime(again) {}
  }

  @Test func redisHandsOutWithoutALookIntoTheDatabase() async throws {
    let fixture = try JobFixture(.redis)
    let queue = fixture.queue()
    // The first look of a queue is into the database.
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    let job = try await fixture.submit(fixture.board())
    let claim = try await fixture.claim(queue, for: "worker")
    #expect(claim.job.id == job.id)
    #expect(claim.entry != nil)
  }

  @Test func entriesGoWhenTheirJobsAreOver() async throws {
    let fixture = try JobFixture(.redis)
    let (queue, board) = (fixture.queue(), fixture.board())
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    try await fixture.submit(board)
    let cancelled = try await fixture.submit(board)
    _ = try await board.cancel(id: cancelled.id)
    #expect(try await streamLength(fixture) == .integer(2))
    let claim = try await fixture.claim(queue, for: "worker")
    _ = try await fixture.store.end(claim, with: .cancelled, storing: JobChanges())
    await queue.settle(claim)
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    #expect(try await streamLength(fixture) == .integer(0))
  }

  @Test func aWorkerThatRenewsItsClaimKeepsTheEntry() async throws {
    let fixture = try JobFixture(.redis)
    let queue = fixture.queue()
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    try await fixture.submit(fixture.board())
    let claim = try await fixture.claim(queue, for: "worker")
    let port = try #require(fixture.redis).port
    let redis = RedisConnection(RedisAddress(port: port), timeout: .seconds(5))
    func owner() async throws -> RedisReply {
      let reply = try await redis.send(["XPENDING", "atelier:jobs:test", "workers", "-", "+", "9"])
      guard case .array(let entries) = reply, case .array(let parts)? = entries.first else {
        return .null
      }
      return parts[1]
    }
    // Another one has looked at it, because it was idle, and found that the claim holds.
    _ = try await redis.send([
      "XAUTOCLAIM", "atelier:jobs:test", "workers", "other", "0", "0-0",
    ])
    #expect(try await owner() == .string("other"))
    await queue.keep(claim)
    #expect(try await owner() == .string("worker"))
  }

  @Test func anEntryThatComesTwiceIsDoneOnce() async throws {
    let fixture = try JobFixture(.redis)
    let queue = fixture.queue()
    #expect(try await queue.claim(JobFixture.kind, for: "worker") == nil)
    let job = try await fixture.submit(fixture.board())
    await queue.announce(job)
    let claim = try await fixture.claim(queue, for: "worker")
    #expect(try await queue.claim(JobFixture.kind, for: "other") == nil)
    #expect(try await fixture.store.standing(of: claim) == .held)
  }
}
