import APIKeys
import Redis
import RedisSupport
import ServerSupport
import Synchronization
import Testing

/// Servers that count in one Redis, and what becomes of the limits without it.
@Suite(.timeLimit(.minutes(15))) struct SharedLimiterTests {
  /// The limiters of one server.
  private final class Server: Sendable {
    let buckets: SharedBuckets
    let rates: RateLimiter
    let attempts: AttemptLimiter
    /// Whether it was told that Redis can be used, each time.
    let told: Told
    /// When everything happens for the buckets of this server alone, however long a test takes.
    private let now = ContinuousClock.now
    private let running: Task<Void, Never>

    init(on redis: RedisServer) {
      let told = Told()
      let buckets = SharedBuckets(address: RedisAddress(port: redis.port)) { told.note($0) }
      self.told = told
      self.buckets = buckets
      rates = RateLimiter(sharing: buckets)
      attempts = AttemptLimiter(burst: 3, perMinute: 1, sharing: buckets)
      running = Task { await buckets.run() }
    }

    deinit { running.cancel() }

    func untilReachable() async throws {
      while !buckets.isReachable {
        try Task.checkCancellation()
        await Task.yield()
      }
    }

    /// Counts a request of a key that may make one a minute, unless more are named.
    func admit(_ key: String = "a", perMinute: Int = 1) async -> RateLimiter.Verdict {
      await rates.admit(keyID: key, requestsPerMinute: perMinute, at: now)
    }
  }

  private final class Told: Sendable {
    private let changes = Mutex<[Bool]>([])

    var all: [Bool] { changes.withLock(\.self) }
    func note(_ failure: RedisError?) { changes.withLock { $0.append(failure == nil) } }
  }

  private func servers(_ count: Int, on redis: RedisServer) async throws -> [Server] {
    let servers = (0..<count).map { _ in Server(on: redis) }
    for server in servers { try await server.untilReachable() }
    return servers
  }

  private func command(_ command: String..., on redis: RedisServer) async throws -> RedisReply {
    try await RedisConnection(RedisAddress(port: redis.port), timeout: .seconds(5)).send(command)
  }

  @Test func serversShareTheRateOfAKey() async throws {
    let redis = try RedisServer()
    let servers = try await servers(2, on: redis)
    let first = await servers[0].admit(perMinute: 2)
    #expect(first.isAllowed && first.remaining == 1 && first.limit == 2)
    let second = await servers[1].admit(perMinute: 2)
    #expect(second.isAllowed && second.remaining == 0)
    #expect((31...60).contains(second.secondsUntilReset))
    #expect(await servers[0].admit("b").isAllowed)
    for server in servers {
      let refused = await server.admit("b")
      #expect(!refused.isAllowed && (1...60).contains(refused.retryAfter))
    }
    // Another limit is another bucket.
    #expect(await servers[0].admit(perMinute: 3).remaining == 2)
    #expect(servers.allSatisfy { $0.buckets.unsharedCount == 0 && $0.told.all == [true] })
  }

  /// However the requests of many servers meet, no more get through than were allowed.
  @Test func requestsThatComeTogetherAreCountedOnce() async throws {
    let redis = try RedisServer()
    let servers = try await servers(3, on: redis)
    let (limit, start) = (100, ContinuousClock.now)
    let allowed = await withTaskGroup(of: Bool.self) { group in
      for index in 0..<600 {
        group.addTask { await servers[index % 3].admit(perMinute: limit).isAllowed }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let regained = (ContinuousClock.now - start) / .seconds(60) * Double(limit)
    #expect((limit...limit + Int(regained) + 1).contains(allowed))
    #expect(servers.allSatisfy { $0.buckets.unsharedCount == 0 })
  }

  @Test func bucketsAreForgottenOnceTheyAreFull() async throws {
    let redis = try RedisServer()
    let server = try await servers(1, on: redis)[0]
    _ = await server.admit(perMinute: 1)
    let reply = try await command("PTTL", "atelier:limit:key:a:1", on: redis)
    guard case .integer(let milliseconds) = reply else {
      Issue.record("\(reply)")
      return
    }
    #expect((1...61_000).contains(milliseconds))
  }

  @Test func goesOnAloneFromWhatRedisHadAndComesBack() async throws {
    let redis = try RedisServer()
    let servers = try await servers(2, on: redis)
    for server in servers { #expect(await server.admit(perMinute: 4).isAllowed) }
    redis.stop()
    // Each goes on from what was left when it asked last.
    var remaining: [Int] = []
    for _ in 0..<4 { remaining.append(await servers[0].admit(perMinute: 4).remaining) }
    #expect(remaining == [2, 1, 0, 0])
    remaining = []
    for _ in 0..<3 { remaining.append(await servers[1].admit(perMinute: 4).remaining) }
    #expect(remaining == [1, 0, 0])
    for server in servers {
      #expect(!server.buckets.isReachable)
      #expect(!(await server.admit(perMinute: 4).isAllowed))
      #expect(server.told.all == [true, false])
    }
    #expect(servers.map(\.buckets.unsharedCount) == [5, 4])

    let again = try RedisServer(port: redis.port)
    for server in servers { try await server.untilReachable() }
    // It has lost all, so everybody starts anew, together.
    #expect(await servers[0].admit().isAllowed)
    #expect(!(await servers[1].admit().isAllowed))
    #expect(servers.allSatisfy { $0.told.all == [true, false, true] })
    withExtendedLifetime(again) {}
  }

  @Test func limitsAloneWithoutAnyRedis() async throws {
    let redis = try RedisServer()
    redis.stop()
    let server = Server(on: redis)
    #expect(await server.admit().isAllowed)
    #expect(!(await server.admit().isAllowed))
    while server.told.all.isEmpty {
      try Task.checkCancellation()
      await Task.yield()
    }
    #expect(server.told.all == [false])
  }

  /// A server that only listens, as one that was cut off, holds up those that ask at that moment for a
  /// quarter of a second, and nobody afterwards.
  @Test func aRedisThatIsSilentIsGivenUp() async throws {
    let redis = try RedisServer()
    let server = try await servers(1, on: redis)[0]
    _ = try await command("CLIENT", "PAUSE", "600000", "ALL", on: redis)
    #expect(await server.admit().isAllowed)
    #expect(!(await server.admit().isAllowed))
    #expect(!server.buckets.isReachable)
    #expect(server.buckets.unsharedCount == 2)
  }

  @Test func aScriptThatRedisHasForgottenIsSentAgain() async throws {
    let redis = try RedisServer()
    let servers = try await servers(2, on: redis)
    _ = try await command("SCRIPT", "FLUSH", on: redis)
    #expect(await servers[0].admit().isAllowed)
    #expect(!(await servers[1].admit().isAllowed))
    #expect(servers.allSatisfy { $0.told.all == [true] })
  }

  /// As in a failover: the old server writes no more, then it does again.
  @Test func aReplicaIsNoRedisToCountIn() async throws {
    let redis = try RedisServer()
    let server = try await servers(1, on: redis)[0]
    let nobody = String(try Loopback.freePort())
    _ = try await command("REPLICAOF", "127.0.0.1", nobody, on: redis)
    #expect(await server.admit().isAllowed)
    #expect(server.buckets.unsharedCount == 1)
    #expect(server.told.all == [true, false])
    _ = try await command("REPLICAOF", "NO", "ONE", on: redis)
    try await server.untilReachable()
    #expect(await server.admit("b").isAllowed)
    #expect(server.buckets.unsharedCount == 1)
  }

  @Test func wrongKeysAreCountedByAllServers() async throws {
    let redis = try RedisServer()
    let servers = try await servers(3, on: redis)
    let (address, other) = ("10.0.0.1", "10.0.0.2")
    #expect(await servers[2].attempts.delay(.right(keyID: "known"), from: address) == nil)
    for server in servers { #expect(await server.attempts.delay(.wrong, from: address) == nil) }
    for server in servers {
      let delay = try #require(await server.attempts.delay(.wrong, from: address))
      #expect((1...60).contains(delay))
      #expect(await server.attempts.delay(.wrong, from: other) == nil)
    }
    #expect(await servers[0].attempts.delay(.right(keyID: "guessed"), from: address) != nil)
    #expect(await servers[2].attempts.delay(.right(keyID: "known"), from: address) == nil)
    #expect(servers.map(\.attempts.failureCount) == [2, 2, 2])
    redis.stop()
    // What was known stays so, and new addresses are counted by each server.
    #expect(await servers[0].attempts.delay(.wrong, from: address) != nil)
    for _ in 0..<3 { #expect(await servers[0].attempts.delay(.wrong, from: "10.0.0.3") == nil) }
    #expect(await servers[0].attempts.delay(.wrong, from: "10.0.0.3") != nil)
    #expect(await servers[1].attempts.delay(.wrong, from: "10.0.0.3") == nil)
  }
}
