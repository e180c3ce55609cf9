/// A limit on how often something may happen: a bucket that fills at a steady rate, and from which
/// each event takes one token.
struct TokenBucket: Sendable {
  let capacity: Double
  let tokensPerSecond: Double
  private var tokens: Double
  private var updated: ContinuousClock.Instant

  /// Creates a bucket with some tokens; by default it is full.
  init(capacity: Int, perMinute: Int, tokens: Double? = nil, at now: ContinuousClock.Instant) {
    self.capacity = Double(capacity)
    tokensPerSecond = Double(perMinute) / 60
    self.tokens = tokens ?? self.capacity
    updated = now
  }

  /// Takes a token, if there is one.
  mutating func take(at now: ContinuousClock.Instant) -> Bool {
    refill(at: now)
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }

  mutating func refill(at now: ContinuousClock.Instant) {
    let elapsed = (now - updated) / .seconds(1)
    guard elapsed > 0 else { return }
    tokens = min(capacity, tokens + elapsed * tokensPerSecond)
    updated = now
  }

  /// Whole tokens that are left.
  var remaining: Int { Int(tokens) }

  /// Whether nothing was taken for so long that the bucket need not be remembered.
  var isFull: Bool { tokens >= capacity }

  /// Whole seconds to wait for a token, when there is none; at least one.
  var secondsUntilNext: Int { max(1, Int(((1 - tokens) / tokensPerSecond).rounded(.up))) }

  /// Whole seconds until the bucket is full.
  var secondsUntilFull: Int { max(0, Int(((capacity - tokens) / tokensPerSecond).rounded(.up))) }
}
