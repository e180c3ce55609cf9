import APIKeys
import Testing

@Suite struct LimiterTests {
  private let start = ContinuousClock.now

  @Test func aKeyMayUseItsMinuteAtOnceAndThenWaits() {
    let limiter = RateLimiter()
    for used in 1...60 {
      let verdict = limiter.admit(keyID: "a", requestsPerMinute: 60, at: start)
      #expect(verdict.isAllowed)
      #expect(verdict.remaining == 60 - used)
    }
    let refused = limiter.admit(keyID: "a", requestsPerMinute: 60, at: start)
    #expect(!refused.isAllowed)
    #expect(refused.retryAfter == 1)
    #expect(refused.secondsUntilReset == 60)
    #expect(limiter.admit(keyID: "b", requestsPerMinute: 60, at: start).isAllowed)
    #expect(limiter.admit(keyID: "a", requestsPerMinute: 60, at: start + .seconds(1)).isAllowed)
    #expect(!limiter.admit(keyID: "a", requestsPerMinute: 60, at: start + .seconds(1)).isAllowed)
  }

  @Test func anAddressThatTriesKeysHasToWait() {
    let limiter = AttemptLimiter(burst: 3, perMinute: 6)
    #expect(limiter.delay(for: "10.0.0.2", keyID: "good", at: start) == nil)
    for _ in 0..<3 {
      #expect(limiter.delay(for: "10.0.0.1", keyID: nil, at: start) == nil)
      limiter.recordFailure(from: "10.0.0.1", at: start)
    }
    #expect(limiter.delay(for: "10.0.0.1", keyID: nil, at: start) == 10)
    #expect(limiter.delay(for: "10.0.0.1", keyID: "guessed", at: start) == 10)
    #expect(limiter.delay(for: "10.0.0.3", keyID: nil, at: start) == nil)
    #expect(limiter.delay(for: "10.0.0.1", keyID: nil, at: start + .seconds(10)) == nil)
    #expect(limiter.failureCount == 3)
  }

  @Test func knownCallersGoOn() {
    let limiter = AttemptLimiter(burst: 1, perMinute: 1)
    #expect(limiter.delay(for: "10.0.0.1", keyID: "good", at: start) == nil)
    limiter.recordFailure(from: "10.0.0.1", at: start)
    #expect(limiter.delay(for: "10.0.0.1", keyID: "good", at: start) == nil)
    #expect(limiter.delay(for: "10.0.0.1", keyID: "other", at: start) != nil)
  }

  @Test func forgetsAddressesBeforeMemoryGrows() {
    let limiter = AttemptLimiter(burst: 2, perMinute: 1, memory: 100)
    for index in 0..<10_000 { limiter.recordFailure(from: "address \(index)", at: start) }
    #expect(limiter.failureCount == 10_000)
    for _ in 0..<2 { limiter.recordFailure(from: "address 9999", at: start) }
    #expect(limiter.delay(for: "address 9999", keyID: nil, at: start) != nil)
  }
}
