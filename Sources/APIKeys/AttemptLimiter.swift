import Synchronization

/// Slows those who try keys: after some wrong ones, an address has to wait between attempts.
///
/// Callers whose key was once accepted from the same address go on undisturbed, so that a stranger
/// behind the same proxy cannot lock them out.
public final class AttemptLimiter: Sendable {
  private struct Caller: Hashable {
    let address: String
    let keyID: String
  }

  private struct State {
    var buckets: [String: TokenBucket] = [:]
    var known: Set<Caller> = []
    var failures = 0
  }

  private let burst: Int
  private let perMinute: Int
  private let memory: Int
  private let state = Mutex(State())

  /// Creates a limiter.
  ///
  /// - Parameters:
  ///   - burst: Wrong keys an address may send before it has to wait.
  ///   - perMinute: Wrong keys a minute it may send from then on.
  ///   - memory: Addresses, and callers, to remember; the memory used is bounded by it.
  public init(burst: Int = 10, perMinute: Int = 10, memory: Int = 10_000) {
    self.burst = burst
    self.perMinute = perMinute
    self.memory = memory
  }

  /// Wrong keys so far, from all addresses.
  public var failureCount: Int { state.withLock(\.failures) }

  /// Counts a wrong key.
  public func recordFailure(from address: String, at now: ContinuousClock.Instant = .now) {
    state.withLock { state in
      state.failures += 1
      if state.buckets.count >= memory, state.buckets[address] == nil {
        forgetSome(&state.buckets, at: now)
      }
      _ = state.buckets[
        address, default: TokenBucket(capacity: burst, perMinute: perMinute, at: now)
      ].take(at: now)
    }
  }

  /// How many seconds a caller has to wait before its key is looked at; `nil` when it need not.
  ///
  /// - Parameters:
  ///   - address: Where the request comes from.
  ///   - keyID: The key it has, if it has a right one.
  public func delay(
    for address: String, keyID: String?, at now: ContinuousClock.Instant = .now
  ) -> Int? {
    state.withLock { state in
      if let keyID, state.known.contains(Caller(address: address, keyID: keyID)) { return nil }
      if var bucket = state.buckets[address] {
        bucket.refill(at: now)
        state.buckets[address] = bucket.isFull ? nil : bucket
        if bucket.remaining < 1 { return max(1, Int(bucket.secondsUntilNext.rounded(.up))) }
      }
      if let keyID, state.known.count < memory {
        state.known.insert(Caller(address: address, keyID: keyID))
      }
      return nil
    }
  }

  private func forgetSome(_ buckets: inout [String: TokenBucket], at now: ContinuousClock.Instant) {
    buckets = buckets.compactMapValues { bucket in
      var bucket = bucket
      bucket.refill(at: now)
      return bucket.isFull ? nil : bucket
    }
    // All of them are busy: somebody has many addresses. Forget any half of them.
    if buckets.count >= memory {
      buckets = Dictionary(
        uniqueKeysWithValues: buckets.prefix(memory / 2).map { ($0.key, $0.value) })
    }
  }
}
