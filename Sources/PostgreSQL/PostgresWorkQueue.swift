import Dispatch
import Glibc
import Synchronization

/// What waits for a connection.
final class PostgresWorkQueue: Sendable {
  /// A piece of work, and who is told of its end.
  enum Work: Sendable {
    case statement(
      PostgresStatement, end: @Sendable (Result<PostgresRows, PostgresError>) -> Void)
    case transaction(
      @Sendable (PostgresConnection) throws(PostgresError) -> Void,
      end: @Sendable (PostgresError?) -> Void)

    func fail(_ error: PostgresError) {
      switch self {
      case .statement(_, let end): end(.failure(error))
      case .transaction(_, let end): end(error)
      }
    }
  }

  private struct State {
    var waiting: [Work] = []
    var isClosed = false
    var workers: Int
    /// The threads of the workers.
    var threads: Set<pthread_t> = []
    var onEnd: [@Sendable () -> Void] = []

    /// What a worker takes: a transaction alone, and of the statements before the next one its share.
    func nextCount(limit: Int, share: Int) -> Int {
      let statements = waiting.prefix(limit * share).prefix {
        if case .statement = $0 { true } else { false }
      }.count
      return max(1, min(limit, (statements + share - 1) / share))
    }
  }

  /// Statements that travel together, at most.
  private static let batchLimit = 64

  private let workers: Int
  private let limit: Int
  private let state: Mutex<State>
  /// Counts the pieces of work, and once more for each worker when there will be no more.
  private let arrivals = DispatchSemaphore(value: 0)

  init(workers: Int, limit: Int) {
    self.workers = workers
    self.limit = limit
    state = Mutex(State(workers: workers))
  }

  func append(_ work: Work) {
    let refusal: PostgresError? = state.withLock { state in
      if state.isClosed { return .closed }
      if state.waiting.count >= limit { return .overloaded }
      state.waiting.append(work)
      return nil
    }
    if let refusal { work.fail(refusal) } else { arrivals.signal() }
  }

  /// What a worker has to do next, for which it waits; `nil` when it has to end.
  func next() -> [Work]? {
    while true {
      arrivals.wait()
      let batch = state.withLock { state -> [Work]? in
        if state.waiting.isEmpty { return state.isClosed ? nil : [] }
        let count = state.nextCount(limit: Self.batchLimit, share: workers)
        defer { state.waiting.removeFirst(count) }
        return Array(state.waiting.prefix(count))
      }
      guard let batch else { return nil }
      // Nothing is there for the arrivals that others have taken with one before.
      if !batch.isEmpty { return batch }
    }
  }

  /// Notes that the calling thread is a worker.
  func workerStarted() { state.withLock { _ = $0.threads.insert(pthread_self()) } }

  /// Notes that the worker has ended whose thread calls.
  func workerEnded() {
    let actions = state.withLock { state in
      state.workers -= 1
      state.threads.remove(pthread_self())
      guard state.workers == 0 else { return [@Sendable () -> Void]() }
      defer { state.onEnd = [] }
      return state.onEnd
    }
    for action in actions { action() }
  }

  /// Takes no more work, and says when what waited is done.
  func close(_ onEnd: @escaping @Sendable () -> Void) {
    let (isFirst, isOver) = state.withLock { state in
      defer { state.isClosed = true }
      if state.workers > 0 { state.onEnd.append(onEnd) }
      return (!state.isClosed, state.workers == 0)
    }
    if isFirst { for _ in 0..<workers { arrivals.signal() } }
    if isOver { onEnd() }
  }

  /// Takes no more work, and waits until what waited is done and the workers have ended. A worker itself, which
  /// would wait for ever, goes on at once.
  func closeAndWait() {
    let end = DispatchSemaphore(value: 0)
    close { end.signal() }
    guard !state.withLock({ $0.threads.contains(pthread_self()) }) else { return }
    end.wait()
  }
}
