import Hummingbird
import Jobs
import Logging
import Records
import Synchronization

/// Tells callers what happens to a job, as it happens, whichever process does it.
///
/// Events that are kept have their numbers as identities, so that a caller that was cut off goes on
/// where it was. Progress has none: the latest is all there is.
final class JobEventFeed: Sendable {
  /// How often to look at the job.
  private static let interval = Duration.milliseconds(250)
  private static let keepAliveInterval = Duration.seconds(15)
  /// Events that wait for a slow caller.
  private static let waitingLimit = 64
  private static let pageLimit = 200

  private let store: any JobStore
  private let logger: Logger
  private let watcherLimit: Int
  private let lifetime: Duration
  private let state = Mutex(State())

  private struct State {
    var hasEnded = false
    var watchers = 0
  }

  /// - Parameters:
  ///   - watcherLimit: Callers that may watch at once: the database is asked for each, several times a
  ///     second.
  ///   - lifetime: How long a caller is told before it has to ask again, with a key that is still one.
  init(
    store: any JobStore, logger: Logger, watcherLimit: Int = 1_000,
    lifetime: Duration = .seconds(900)
  ) {
    self.store = store
    self.logger = logger
    self.watcherLimit = watcherLimit
    self.lifetime = lifetime
  }

  /// Ends all streams soon, because the service is stopping.
  func end() { state.withLock { $0.hasEnded = true } }

  /// How many callers watch jobs.
  var watcherCount: Int { state.withLock(\.watchers) }

  private var hasEnded: Bool { state.withLock(\.hasEnded) }

  /// Checks that somebody else may watch.
  ///
  /// - Throws: ``APIError`` with status 503 when too many do.
  func checkPlace() throws(APIError) {
    guard watcherCount < watcherLimit else {
      throw .unavailable(
        .overloaded, "too many jobs are watched already; ask for the job now and then",
        retryAfter: 30)
    }
  }

  /// Begins a stream.
  ///
  /// - Parameters:
  ///   - id: The job.
  ///   - number: The last event that the caller has.
  func events(ofJob id: String, after number: Int) -> Response.Events {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.waitingLimit))
    state.withLock { $0.watchers += 1 }
    let telling = Task {
      defer { state.withLock { $0.watchers -= 1 } }
      do {
        try await tell(ofJob: id, after: number, to: continuation)
      } catch let error as RecordsError {
        logger.warning("the events of a job could not be read", error: error)
      } catch {
        // The caller has left.
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in telling.cancel() }
    return (stream, continuation)
  }

  private func tell(
    ofJob id: String, after number: Int, to caller: AsyncStream<ServerSentEvent>.Continuation
  ) async throws {
    var (last, revision) = (number, -1)
    let start = ContinuousClock.now
    var told = start
    while !hasEnded, .now - start < lifetime {
      guard let job = try await store.job(id: id) else { return }
      if job.revision != revision {
        last = try await tellEvents(ofJob: id, after: last, to: caller)
        let name = job.state.isEnd ? "end" : "progress"
        try await send(ServerSentEvent(name: name, data: JobAnswer.json(job).text), to: caller)
        if job.state.isEnd { return }
        (revision, told) = (job.revision, .now)
      } else if .now - told > Self.keepAliveInterval {
        try await send(.keepAlive, to: caller)
        told = .now
      }
      try await Task.sleep(for: Self.interval)
    }
  }

  /// - Returns: The number of the last event.
  private func tellEvents(
    ofJob id: String, after number: Int, to caller: AsyncStream<ServerSentEvent>.Continuation
  ) async throws -> Int {
    var last = number
    while true {
      let events = try await store.events(ofJob: id, after: last, limit: Self.pageLimit)
      for event in events {
        let data: OrderedJSON = [
          "time": .string(Timestamp.text(event.time)), "data": .encoded(event.data.text),
        ]
        try await send(
          ServerSentEvent(name: event.name, id: String(event.number), data: data.text), to: caller)
        last = event.number
      }
      if events.count < Self.pageLimit { return last }
    }
  }

  /// Waits until there is room for an event.
  private func send(
    _ event: ServerSentEvent, to caller: AsyncStream<ServerSentEvent>.Continuation
  ) async throws {
    while true {
      switch caller.yield(event) {
      case .enqueued: return
      case .dropped where !hasEnded: try await Task.sleep(for: Self.interval)
      default: throw CancellationError()
      }
    }
  }
}
