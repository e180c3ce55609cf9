import Synchronization

/// Limits the requests of each key.
public final class RateLimiter: Sendable {
  /// What a key may do now.
  public struct Verdict: Sendable, Hashable {
    /// Whether the request may go on.
    public let isAllowed: Bool
    /// Requests a minute.
    public let limit: Int
    /// Requests that could follow at once.
    public let remaining: Int
    /// Seconds until the full allowance is there again.
    public let secondsUntilReset: Int
    /// Seconds to wait before the next request, when this one was refused.
    public let retryAfter: Int

    init(_ bucket: TokenBucket, limit: Int, isAllowed: Bool) {
      self.isAllowed = isAllowed
      self.limit = limit
      remaining = bucket.remaining
      secondsUntilReset = bucket.secondsUntilFull
      retryAfter = isAllowed ? 0 : bucket.secondsUntilNext
    }
  }

  private let shared: SharedBuckets?
  private let buckets = Mutex<[String: TokenBucket]>([:])

  /// Creates a limiter that knows no key yet.
  ///
  /// - Parameter shared: What several servers count in together; `nil` for one that counts by itself.
  public init(sharing shared: SharedBuckets? = nil) {
    self.shared = shared
  }

  /// Counts a request of a key.
  ///
  /// A minute's allowance may be used at once; it then comes back evenly over the minute. While the
  /// shared buckets are away, this server goes on from what they had last.
  public func admit(
    keyID: String, requestsPerMinute limit: Int, at now: ContinuousClock.Instant = .now
  ) async -> Verdict {
    if let answer = await shared?.take(
      1, from: "key:\(keyID)", capacity: limit, perMinute: limit)
    {
      let bucket = TokenBucket(
        capacity: limit, perMinute: limit, tokens: answer.tokens, at: now)
      buckets.withLock { $0[keyID] = bucket }
      return Verdict(bucket, limit: limit, isAllowed: answer.isAllowed)
    }
    return buckets.withLock { buckets in
      var bucket =
        buckets[keyID].flatMap { $0.capacity == Double(limit) ? $0 : nil }
        ?? TokenBucket(capacity: limit, perMinute: limit, at: now)
      let isAllowed = bucket.take(at: now)
      buckets[keyID] = bucket
      return Verdict(bucket, limit: limit, isAllowed: isAllowed)
    }
  }
}
