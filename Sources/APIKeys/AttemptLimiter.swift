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

  /// What came with a request.
  public enum Attempt: Sendable, Hashable {
    /// No key.
    case none
    /// A key that there is not.
    case wrong
    /// A key that works, by its identity.
    case right(keyID: String)
  }

  private let burst: Int
  private let perMinute: Int
  private let memory: Int
  private let shared: SharedBuckets?
  private let state = Mutex(State())

  /// Creates a limiter.
  ///
  /// - Parameters:
  ///   - burst: Wrong keys an address may send before it has to wait.
  ///   - perMinute: Wrong keys a minute it may send from then on.
  ///   - memory: Addresses, and callers, to remember; the memory used is bounded by it.
  ///   - shared: What several servers count in together; `nil` for one that counts by itself.
  public init(
    burst: Int = 10, perMinute: Int = 10, memory: Int = 10_000, sharing shared: SharedBuckets? = nil
  ) {
    self.burst = burst
    self.perMinute = perMinute
    self.memory = memory
    self.shared = shared
  }

  /// Wrong keys so far, from all addresses.
  public var failureCount: Int { state.withLock(\.failures) }

  /// Counts an attempt.
  ///
  /// Other servers are asked about wrong keys, and once about each caller with a right one.
  ///
  /// - Parameters:
  ///   - attempt: What came with the request.
  ///   - address: Where the request comes from.
  /// - Returns: How many seconds the caller has to wait before its key is looked at; `nil` when it need
  ///   not.
  public func delay(
    _ attempt: Attempt, from address: String, at now: ContinuousClock.Instant = .now
  ) async -> Int? {
    if isKnown(attempt, address) { return nil }
    if let seconds = localDelay(address, at: now) { return seconds }
    if let shared, attempt != .none,
      let answer = await shared.take(
        attempt == .wrong ? 1 : 0, from: "address:\(address)", capacity: burst, perMinute: perMinute
      )
    {
      let bucket = TokenBucket(
        capacity: burst, perMinute: perMinute, tokens: answer.tokens, at: now)
      state.withLock { state in
        if !bucket.isFull { remember(bucket, of: address, &state, at: now) }
      }
      if !answer.isAllowed { return bucket.secondsUntilNext }
      if attempt == .wrong { state.withLock { $0.failures += 1 } }
    } else if attempt == .wrong {
      recordFailure(from: address, at: now)
    }
    if case .right(let keyID) = attempt {
      state.withLock { state in
        // Forget any half of them: nothing says who of them comes again.
        if state.known.count >= memory { state.known = Set(state.known.prefix(memory / 2)) }
        state.known.insert(Caller(address: address, keyID: keyID))
      }
    }
    return nil
  }

  private func isKnown(_ attempt: Attempt, _ address: String) -> Bool {
    guard case .right(let keyID) = attempt else { return false }
    return state.withLock { $0.known.contains(Caller(address: address, keyID: keyID)) }
  }

  /// How many seconds an address has to wait by what this server knows.
  private func localDelay(_ address: String, at now: ContinuousClock.Instant) -> Int? {
    state.withLock { state in
      guard var bucket = state.buckets[address] else { return nil }
      bucket.refill(at: now)
      state.buckets[address] = bucket.isFull ? nil : bucket
      return bucket.remaining < 1 ? bucket.secondsUntilNext : nil
    }
  }

  private func recordFailure(from address: String, at now: ContinuousClock.Instant) {
    state.withLock { state in
      state.failures += 1
      var bucket =
        state.buckets[address] ?? TokenBucket(capacity: burst, perMinute: perMinute, at: now)
      _ = bucket.take(at: now)
      remember(bucket, of: address, &state, at: now)
    }
  }

  private func remember(
    _ bucket: TokenBucket, of address: String, _ state: inout State,
    at now: ContinuousClock.Instant
  ) {
    if state.buckets.count >= memory, state.buckets[address] == nil {
      forgetSome(&state.buckets, at: now)
    }
    state.buckets[address] = bucket
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
