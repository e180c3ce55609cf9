public import Records
public import Redis
import Synchronization

/// Hands out jobs through Redis: a stream a kind, whose entries name jobs, and a consumer group of the
/// workers of all servers. An entry whose worker is silent for as long as a claim holds goes to another.
///
/// While Redis is away the database is looked into instead; now and then it is in any case, for jobs
/// whose entry Redis never got or has lost.
public final class RedisJobQueue: JobQueue {
  private static let group = "workers"
  private static let field = "job"

  private struct State {
    var readers: [String: RedisConnection] = [:]
    var nextReclaim: [JobKind: ContinuousClock.Instant] = [:]
    var nextScan: [JobKind: ContinuousClock.Instant] = [:]
  }

  private let database: DatabaseJobQueue
  private let address: RedisAddress
  private let prefix: String
  private let scanInterval: Duration
  private let connection: RedisConnection
  private let state = Mutex(State())

  /// Creates a queue; it connects when it is first used.
  ///
  /// - Parameters:
  ///   - database: What is done while Redis is away.
  ///   - address: The Redis server.
  ///   - prefix: What the names of the streams, `PREFIX:jobs:KIND`, start with.
  ///   - scanInterval: How often the database is looked into while Redis is there.
  public init(
    database: DatabaseJobQueue, address: RedisAddress, prefix: String = "atelier",
    scanInterval: Duration = .seconds(10)
  ) {
    self.database = database
    self.address = address
    self.prefix = prefix
    self.scanInterval = scanInterval
    connection = RedisConnection(address, timeout: .seconds(1))
  }

  /// Adds the job to the stream of its kind.
  public func announce(_ job: Job) async {
    // A worker of this process may be waiting for Redis to come back.
    await database.announce(job)
    _ = try? await connection.send(["XADD", stream(job.kind), "*", Self.field, job.id])
  }

  /// Gets a worker a job from the stream of its kind.
  public func claim(
    _ kind: JobKind, for worker: String
  ) async throws(RecordsError) -> JobClaim? {
    let dead = try await database.deadWorkers()
    if !dead.isEmpty || isDue(\.nextScan, kind, every: scanInterval),
      let claim = try await database.claim(nil, kind, for: worker, dead: dead)
    {
      return claim
    }
    do {
      if isDue(\.nextReclaim, kind, every: database.lease / 3),
        let claim = try await reclaim(kind, for: worker)
      {
        return claim
      }
      guard let entry = try await read(kind, for: worker) else { return nil }
      return try await claim(entry, kind, for: worker)
    } catch let error as RecordsError {
      throw error
    } catch {
      return try await database.claim(kind, for: worker)
    }
  }

  /// Shows that the worker of an entry is not silent.
  public func keep(_ claim: JobClaim) async {
    guard let entry = claim.entry else { return }
    _ = try? await connection.send([
      "XCLAIM", stream(claim.job.kind), Self.group, claim.worker, "0", entry, "JUSTID",
    ])
  }

  /// Takes the entry of a job out of the stream.
  public func settle(_ claim: JobClaim) async {
    guard let entry = claim.entry else { return }
    await settle(entry, claim.job.kind)
  }

  /// Takes workers out of the consumer group that were not seen for a day and have no entry.
  public func tidy(_ kind: JobKind) async {
    let (stream, day) = (stream(kind), 86_400_000)
    guard
      case .array(let consumers)? = try? await connection.send([
        "XINFO", "CONSUMERS", stream, Self.group,
      ])
    else { return }
    for case .array(let fields) in consumers {
      var values: [RedisReply: RedisReply] = [:]
      for index in stride(from: 0, to: fields.count - 1, by: 2) {
        values[fields[index]] = fields[index + 1]
      }
      guard case .string(let name)? = values[.string("name")],
        values[.string("pending")] == .integer(0),
        case .integer(let idle)? = values[.string("idle")], idle > day
      else { continue }
      _ = try? await connection.send(["XGROUP", "DELCONSUMER", stream, Self.group, name])
    }
  }
}

extension RedisJobQueue {
  /// An entry of a stream.
  private struct Entry {
    let id: String
    let jobID: String

    /// Reads `[id, [name, value, …]]`; `nil` when it is something else, such as an entry that is gone.
    init?(_ reply: RedisReply) {
      guard case .array(let parts) = reply, parts.count == 2, case .string(let id) = parts[0],
        case .array(let fields) = parts[1], fields.count == 2, case .string(let job) = fields[1]
      else { return nil }
      self.id = id
      jobID = job
    }
  }

  private func stream(_ kind: JobKind) -> String { "\(prefix):jobs:\(kind.rawValue)" }

  private func isDue(
    _ time: WritableKeyPath<State, [JobKind: ContinuousClock.Instant]>, _ kind: JobKind,
    every interval: Duration
  ) -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      if let due = state[keyPath: time][kind], due > now { return false }
      state[keyPath: time][kind] = now + interval
      return true
    }
  }

  /// Takes over the entries of workers that are silent.
  private func reclaim(_ kind: JobKind, for worker: String) async throws -> JobClaim? {
    let idle = String(Int(database.lease / .milliseconds(1)))
    while true {
      let reply = try await send(
        ["XAUTOCLAIM", stream(kind), Self.group, worker, idle, "0-0", "COUNT", "1"], kind,
        on: connection)
      guard case .array(let parts) = reply, parts.count >= 2, case .array(let entries) = parts[1],
        let entry = entries.first.flatMap(Entry.init)
      else { return nil }
      if let claim = try await claim(entry, kind, for: worker) { return claim }
    }
  }

  /// Waits a second for an entry that nobody has yet.
  private func read(_ kind: JobKind, for worker: String) async throws -> Entry? {
    let reply = try await send(
      [
        "XREADGROUP", "GROUP", Self.group, worker, "COUNT", "1", "BLOCK", "1000", "STREAMS",
        stream(kind), ">",
      ], kind, on: reader(kind, worker))
    guard case .array(let streams) = reply, case .array(let parts)? = streams.first,
      parts.count == 2, case .array(let entries) = parts[1]
    else { return nil }
    return entries.first.flatMap(Entry.init)
  }

  /// Gets a worker the job of an entry. The entry goes when the job is over, or there is none.
  private func claim(
    _ entry: Entry, _ kind: JobKind, for worker: String
  ) async throws -> JobClaim? {
    var claim = try await database.claim(entry.jobID, kind, for: worker, dead: [])
    claim?.entry = entry.id
    if claim == nil, try await database.store.job(id: entry.jobID)?.state.isEnd ?? true {
      await settle(entry.id, kind)
    }
    return claim
  }

  private func settle(_ entry: String, _ kind: JobKind) async {
    _ = try? await connection.send(["XACK", stream(kind), Self.group, entry])
    _ = try? await connection.send(["XDEL", stream(kind), entry])
  }

  /// Sends a command for the consumer group, which is made when there is none.
  private func send(
    _ command: [String], _ kind: JobKind, on connection: RedisConnection
  ) async throws(RedisError) -> RedisReply {
    do {
      return try await connection.send(command)
    } catch .refused(let reason) where reason.hasPrefix("NOGROUP") {
      do {
        _ = try await connection.send([
          "XGROUP", "CREATE", stream(kind), Self.group, "0", "MKSTREAM",
        ])
      } catch .refused(let reason) where reason.hasPrefix("BUSYGROUP") {
        // Another worker was faster.
      }
      return try await connection.send(command)
    }
  }

  /// A connection for waiting, during which it can do nothing else.
  private func reader(_ kind: JobKind, _ worker: String) -> RedisConnection {
    state.withLock { state in
      let name = kind.rawValue + " " + worker
      if let reader = state.readers[name] { return reader }
      let reader = RedisConnection(address, timeout: .seconds(3))
      state.readers[name] = reader
      return reader
    }
  }
}
