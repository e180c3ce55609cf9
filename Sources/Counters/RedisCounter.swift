public import Records
public import Redis
import Synchronization

/// Keeps the counts in Redis, in one hash, as the database has them.
///
/// The database counts in the transaction that stores a prediction, so its counts are exact; this
/// publishes them. A publication replaces the hash in one step, and never a later state by an earlier
/// one, so that several servers on one database can publish to the same hash, and a publication whose
/// answer was lost can be repeated. After Redis was away or lost its data, the next publication makes
/// everything right again: there is nothing to catch up with.
public final class RedisCounter: PredictionCounter {
  private let key: String
  private let source: any PredictionStore
  private let connections: [RedisConnection]
  private let state = Mutex(State())
  private let wakeUps = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

  private struct State {
    /// Counts the stored predictions, and which of them the last publication had.
    var stored = 1
    var published = 0
    /// Whether what Redis has may come from another time or database.
    var mustReplace = true
    var nextConnection = 0
  }

  /// Creates a counter; it connects when it is first used.
  ///
  /// - Parameters:
  ///   - address: The Redis server.
  ///   - source: The store whose counts are published.
  ///   - prefix: What the name of the hash, `PREFIX:predictions`, starts with.
  ///   - timeout: How long to wait for a connection, and for an answer.
  public init(
    address: RedisAddress, source: any PredictionStore, prefix: String = "atelier",
    timeout: Duration = .seconds(1)
  ) {
    key = prefix + ":predictions"
    self.source = source
    connections = (0..<2).map { _ in RedisConnection(address, timeout: timeout) }
  }

  /// Notes that predictions were stored; they are published soon.
  public func predictionsWereStored() {
    state.withLock { $0.stored += 1 }
    wakeUps.continuation.yield()
  }

  /// The counts in Redis, after those of this server were published.
  ///
  /// - Throws: ``CounterError`` when Redis is away, or has just lost its data.
  public func counts() async throws(CounterError) -> PredictionCounts {
    try await publish()
    guard case .array(let fields) = try await send(["HGETALL", key]), !fields.isEmpty else {
      state.withLock { $0.published = 0 }
      wakeUps.continuation.yield()
      throw .lost
    }
    return Self.counts(fields)
  }

  /// Publishes after predictions were stored, until the task is cancelled: ten times a second while
  /// all is well, with growing pauses while Redis is away.
  public func run() async {
    var pause = Duration.milliseconds(100)
    wakeUps.continuation.yield()
    for await _ in wakeUps.stream {
      do throws(CounterError) {
        try await publish()
        pause = .milliseconds(100)
      } catch {
        pause = min(pause * 2, .seconds(5))
        wakeUps.continuation.yield()
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Writes the counts of the database to Redis, if predictions were stored since the last time.
  private func publish() async throws(CounterError) {
    let (stored, published, mustReplace) = state.withLock {
      ($0.stored, $0.published, $0.mustReplace)
    }
    guard published < stored || mustReplace else { return }
    do throws(CounterError) {
      if mustReplace {
        try await write(replacing: true)
        state.withLock { $0.mustReplace = false }
      }
      // After a replacement too: another server may have published in between.
      try await write(replacing: false)
    } catch {
      state.withLock { $0.mustReplace = true }
      throw error
    }
    state.withLock { $0.published = max($0.published, stored) }
  }

  /// Replaces the hash, unless it is of a later state already.
  private static let script = """
    local present = tonumber(redis.call('HGET', KEYS[1], 'revision') or -1)
    if ARGV[1] == '1' or tonumber(ARGV[2]) >= present then
      redis.call('DEL', KEYS[1])
      redis.call('HSET', KEYS[1], 'revision', unpack(ARGV, 2))
    end
    return redis.status_reply('OK')
    """

  private func write(replacing: Bool) async throws(CounterError) {
    let counts: PredictionCounts
    do throws(RecordsError) {
      counts = try await source.counts()
    } catch {
      throw .sourceUnavailable
    }
    let fields = counts.counts.flatMap { key, count in
      ["\(key.engine)|\(key.predictedClass)", String(count)]
    }
    _ = try await send(
      ["EVAL", Self.script, "1", key, replacing ? "1" : "0", String(counts.revision)]
        + ["total", String(counts.total)] + fields)
  }

  private func send(_ command: [String]) async throws(CounterError) -> RedisReply {
    let connection = state.withLock { state in
      state.nextConnection = (state.nextConnection + 1) % connections.count
      return connections[state.nextConnection]
    }
    do throws(RedisError) {
      return try await connection.send(command)
    } catch {
      throw .redis(error)
    }
  }

  private static func counts(_ fields: [RedisReply]) -> PredictionCounts {
    var counts: [PredictionCounts.Key: Int] = [:]
    var revision: Int?
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      guard case .string(let name) = fields[index], case .string(let text) = fields[index + 1],
        let number = Int(text)
      else { continue }
      if name == "revision" {
        revision = number
      } else if let separator = name.firstIndex(of: "|") {
        let predictedClass = String(name[name.index(after: separator)...])
        counts[.init(engine: String(name[..<separator]), predictedClass: predictedClass)] = number
      }
    }
    return PredictionCounts(counts, revision: revision)
  }
}
