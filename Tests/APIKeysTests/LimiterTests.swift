import APIKeys
import Testing

@Suite struct LimiterTests {
  private let start = ContinuousClock.now

  @Test func aKeyMayUseItsMinuteAtOnceAndThenWaits() async {
    let limiter = RateLimiter()
    func admit(_ key: String, after seconds: Int = 0) async -> RateLimiter.Verdict {
      await limiter.admit(keyID: key, requestsPerMinute: 60, at: start + .seconds(seconds))
    }
    for used in 1...60 {
      let verdict = await admit("a")
      #expect(verdict.isAllowed)
      #expect(verdict.remaining == 60 - used)
    }
    let refused = await admit("a")
    #expect(!refused.isAllowed)
    #expect(refused.retryAfter == 1)
    #expect(refused.secondsUntilReset == 60)
    #expect(await admit("b").isAllowed)
    #expect(await admit("a", after: 1).isAllowed)
    #expect(!(await admit("a", after: 1).isAllowed))
  }

  @Test func anAddressThatTriesKeysHasToWait() async {
    let limiter = AttemptLimiter(burst: 3, perMinute: 6)
    #expect(await limiter.delay(.right(keyID: "good"), from: "10.0.0.2", at: start) == nil)
    for _ in 0..<3 { #expect(await limiter.delay(.wrong, from: "10.0.0.1", at: start) == nil) }
    for attempt in [AttemptLimiter.Attempt.wrong, .none, .right(keyID: "guessed")] {
      #expect(await limiter.delay(attempt, from: "10.0.0.1", at: start) == 10)
    }
    #expect(await limiter.delay(.wrong, from: "10.0.0.3", at: start) == nil)
    #expect(await limiter.delay(.wrong, from: "10.0.0.1", at: start + .seconds(10)) == nil)
    #expect(limiter.failureCount == 5)
  }

  @Test func knownCallersGoOn() async {
    let limiter = AttemptLimiter(burst: 1, perMinute: 1)
    let address = "10.0.0.1"
    #expect(await limiter.delay(.right(keyID: "good"), from: address, at: start) == nil)
    #expect(await limiter.delay(.wrong, from: address, at: start) == nil)
    #expect(await limiter.delay(.right(keyID: "good"), from: address, at: start) == nil)
    #expect(await limiter.delay(.right(keyID: "other"), from: address, at: start) != nil)
  }

  @Test func newCallersBecomeKnownWhenMemoryIsFull() async {
    let limiter = AttemptLimiter(burst: 1, perMinute: 1, memory: 100)
    for index in 0..<1_000 {
      let address = "address \(index)"
      #expect(await limiter.delay(.right(keyID: "good"), from: address, at: start) == nil)
    }
    #expect(await limiter.delay(.wrong, from: "address 999", at: start) == nil)
    #expect(await limiter.delay(.wrong, from: "address 999", at: start) != nil)
    #expect(await limiter.delay(.right(keyID: "good"), from: "address 999", at: start) == nil)
  }

  @Test func forgetsAddressesBeforeMemoryGrows() async {
    let limiter = AttemptLimiter(burst: 2, perMinute: 1, memory: 100)
    for index in 0..<10_000 {
      _ = await limiter.delay(.wrong, from: "address \(index)", at: start)
    }
    #expect(limiter.failureCount == 10_000)
    #expect(await limiter.delay(.wrong, from: "address 9999", at: start) == nil)
    #expect(await limiter.delay(.none, from: "address 9999", at: start) != nil)
  }
}
