import Hummingbird
import Synchronization

/// Tells those who watch how the service does, every few seconds. All who watch the same share one
/// computation; when nobody does, there is none.
final class SummaryFeed: Sendable {
  private struct Watcher {
    let continuation: AsyncStream<ServerSentEvent>.Continuation
    /// When the stream ends, so that its caller has to show a key that still works.
    let end: ContinuousClock.Instant
  }

  private struct Channel {
    var watchers: [Int: Watcher] = [:]
    var last: ServerSentEvent?
    var task: Task<Void, Never>?
  }

  private struct State {
    var channels: [SummaryQuery: Channel] = [:]
    var nextNumber = 0
    var hasEnded = false
  }

  /// Different summaries that are watched at once.
  private static let channelLimit = 32
  private static let watcherLimit = 1_000

  private let summaries: SummaryService
  private let interval: Duration
  private let lifetime: Duration
  private let state = Mutex(State())

  /// - Parameters:
  ///   - summaries: Makes the summaries.
  ///   - interval: How often.
  ///   - lifetime: How long a caller is told before it has to ask again.
  init(
    _ summaries: SummaryService, interval: Duration = .seconds(3),
    lifetime: Duration = .seconds(900)
  ) {
    self.summaries = summaries
    self.interval = interval
    self.lifetime = lifetime
  }

  /// How many watch.
  var watcherCount: Int {
    state.withLock { $0.channels.reduce(0) { $0 + $1.value.watchers.count } }
  }

  /// How many different summaries are made again and again.
  var channelCount: Int { state.withLock(\.channels.count) }

  /// Checks that somebody else may watch.
  ///
  /// - Throws: ``APIError`` with status 503 when too many do, or the service is stopping.
  func checkPlace(for query: SummaryQuery) throws(APIError) {
    let (hasEnded, isFull) = state.withLock { state in
      let count = state.channels.reduce(0) { $0 + $1.value.watchers.count }
      let isNew = state.channels[query] == nil
      return (
        state.hasEnded,
        count >= Self.watcherLimit || isNew && state.channels.count >= Self.channelLimit
      )
    }
    guard !hasEnded else { throw APIError(.shuttingDown, picture: []) }
    guard !isFull else {
      throw .unavailable(
        .overloaded, "too many watch already; ask for /metrics/summary now and then",
        retryAfter: 30)
    }
  }

  /// The summaries from now on, each as an event of the name `summary`; a `failure` has the body of an
  /// error. A slow caller misses some.
  func watch(_ query: SummaryQuery) -> Response.Events {
    let events = AsyncStream.makeStream(
      of: ServerSentEvent.self, bufferingPolicy: .bufferingNewest(1))
    let number: Int? = state.withLock { state in
      guard !state.hasEnded else { return nil }
      state.nextNumber += 1
      var channel = state.channels[query] ?? Channel()
      channel.watchers[state.nextNumber] = Watcher(
        continuation: events.continuation, end: .now + lifetime)
      if let last = channel.last { events.continuation.yield(last) }
      if channel.task == nil { channel.task = Task { [weak self] in await self?.tell(query) } }
      state.channels[query] = channel
      return state.nextNumber
    }
    if let number {
      events.continuation.onTermination = { [weak self] _ in self?.remove(number, from: query) }
    } else {
      events.continuation.finish()
    }
    return events
  }

  /// Ends all streams, for good.
  func end() {
    let channels = state.withLock { state in
      state.hasEnded = true
      defer { state.channels = [:] }
      return state.channels.values
    }
    for channel in channels {
      channel.task?.cancel()
      for watcher in channel.watchers.values { watcher.continuation.finish() }
    }
  }

  private func remove(_ number: Int, from query: SummaryQuery) {
    let task: Task<Void, Never>? = state.withLock { state in
      state.channels[query]?.watchers[number] = nil
      guard let channel = state.channels[query], channel.watchers.isEmpty else { return nil }
      state.channels[query] = nil
      return channel.task
    }
    task?.cancel()
  }

  private func tell(_ query: SummaryQuery) async {
    while !Task.isCancelled {
      let event = await event(query)
      guard !Task.isCancelled else { return }
      let watchers = state.withLock { state in
        state.channels[query]?.last = event
        return state.channels[query].map { Array($0.watchers.values) } ?? []
      }
      let now = ContinuousClock.now
      for watcher in watchers {
        watcher.continuation.yield(event)
        if watcher.end <= now { watcher.continuation.finish() }
      }
      try? await Task.sleep(for: interval)
    }
  }

  private func event(_ query: SummaryQuery) async -> ServerSentEvent {
    do throws(APIError) {
      return ServerSentEvent(
        name: "summary", data: try await summaries.summary(query).json.text)
    } catch {
      return ServerSentEvent(
        name: "failure", data: error.body(requestID: RequestIdentity.make()).text)
    }
  }
}
