import Crypto
import Foundation
import Hexadecimal
public import Redis
import Synchronization

/// Token buckets in Redis, that several servers take from: one round trip each, and none while Redis is
/// away.
///
/// A bucket is a text of its tokens and their time, by the clock of Redis, and is forgotten once it is
/// full. Nobody waits for a Redis that is gone: ``run()`` looks for it, and until it is back ``take``
/// answers that it does not know.
public final class SharedBuckets: Sendable {
  private struct State {
    var isReachable = false
    /// Whether the failure to reach it was told.
    var isFailureTold = false
    var unsharedCount = 0
  }

  private let connection: RedisConnection
  private let prefix: String
  private let onChange: @Sendable (RedisError?) -> Void
  private let state = Mutex(State())
  private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  /// Creates buckets; ``run()`` connects to them.
  ///
  /// - Parameters:
  ///   - address: The Redis server.
  ///   - prefix: What the names of the buckets, `PREFIX:limit:NAME`, start with.
  ///   - timeout: How long a request may wait for its answer.
  ///   - onChange: Told why Redis cannot be used, and with `nil` that it can again.
  public init(
    address: RedisAddress, prefix: String = "atelier", timeout: Duration = .milliseconds(250),
    onChange: @escaping @Sendable (RedisError?) -> Void = { _ in }
  ) {
    connection = RedisConnection(address, timeout: timeout)
    self.prefix = prefix + ":limit:"
    self.onChange = onChange
  }

  /// Whether Redis answered last time.
  public var isReachable: Bool { state.withLock(\.isReachable) }

  /// How often a server had to decide by itself, since Redis was away.
  public var unsharedCount: Int { state.withLock(\.unsharedCount) }

  /// Connects to Redis, and again whenever it was away, until the task is cancelled.
  public func run() async {
    wakeUps.continuation.yield()
    for await _ in wakeUps.stream {
      while !isReachable, !Task.isCancelled {
        do throws(RedisError) {
          // A server that answers is not enough: it has to write, which a replica does not.
          _ = try await connection.send(
            command("EVAL", Self.script, 1, "probe", 1_000_000, 60_000_000))
          note(nil)
        } catch {
          note(error)
          try? await Task.sleep(for: .milliseconds(250))
        }
      }
    }
  }

  /// Takes tokens from a bucket.
  ///
  /// - Parameters:
  ///   - cost: How many; with 0 it is only looked whether there is one.
  ///   - name: The bucket's name, which has another one for another capacity.
  ///   - capacity: How many tokens a full one has.
  ///   - perMinute: How many come back in a minute.
  /// - Returns: Whether there were that many, and how many are left; `nil` when Redis is away.
  func take(
    _ cost: Int, from name: String, capacity: Int, perMinute: Int
  ) async -> (isAllowed: Bool, tokens: Double)? {
    guard isReachable else {
      state.withLock { $0.unsharedCount += 1 }
      return nil
    }
    do throws(RedisError) {
      let reply = try await evaluate(cost, "\(name):\(capacity)", capacity, perMinute)
      guard case .array(let parts) = reply, parts.count == 2,
        case .integer(let isAllowed) = parts[0],
        case .string(let text) = parts[1], let tokens = Double(text)
      else { throw .refused(reason: "the answer to a script is not what the script answers") }
      return (isAllowed == 1, tokens)
    } catch {
      note(error)
      state.withLock { $0.unsharedCount += 1 }
      return nil
    }
  }

  /// The script is sent once: Redis knows it by its hash from then on, until it is restarted.
  private func evaluate(
    _ cost: Int, _ name: String, _ capacity: Int, _ perMinute: Int
  ) async throws(RedisError) -> RedisReply {
    do throws(RedisError) {
      return try await connection.send(
        command("EVALSHA", Self.scriptHash, cost, name, capacity, perMinute), connects: false)
    } catch .refused(let reason) where reason.hasPrefix("NOSCRIPT") {
      return try await connection.send(
        command("EVAL", Self.script, cost, name, capacity, perMinute), connects: false)
    }
  }

  private func command(
    _ verb: String, _ script: String, _ cost: Int, _ name: String, _ capacity: Int, _ perMinute: Int
  ) -> [String] {
    [verb, script, "1", prefix + name, String(cost), String(capacity), String(perMinute)]
  }

  /// Notes whether Redis can be used, and tells when that has changed.
  private func note(_ failure: RedisError?) {
    let isNews = state.withLock { state in
      let isNews = failure == nil ? !state.isReachable : !state.isFailureTold
      state.isReachable = failure == nil
      state.isFailureTold = failure != nil
      return isNews
    }
    if isNews { onChange(failure) }
    if failure != nil { wakeUps.continuation.yield() }
  }

  /// As ``TokenBucket``, by the clock of Redis, which is the same for all servers. Microseconds since
  /// 1970 are exact in the numbers of Lua, and tokens are kept to a millionth.
  private static let script = """
    local cost, capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) / 60000000
    local time = redis.call('TIME')
    local now = time[1] * 1000000 + time[2]
    local tokens = capacity
    local stored = redis.call('GET', KEYS[1])
    if stored then
      local left, updated = string.match(stored, '^(%S+) (%S+)$')
      -- A server that has taken over may have a clock that is behind.
      tokens = math.min(capacity, left + math.max(0, now - updated) * rate)
    end
    local allowed = tokens >= math.max(cost, 1)
    if allowed and cost > 0 then
      tokens = tokens - cost
      redis.call('SET', KEYS[1], string.format('%.6f %.0f', tokens, now),
        'PX', math.ceil((capacity - tokens) / rate / 1000) + 1000)
    end
    return { allowed and 1 or 0, string.format('%.6f', tokens) }
    """

  private static let scriptHash = Hexadecimal.text(
    of: Array(Insecure.SHA1.hash(data: Data(script.utf8))))
}
