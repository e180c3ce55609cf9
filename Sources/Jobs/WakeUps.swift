import Synchronization

/// Wakes those who wait for something to happen in this process.
final class WakeUps: Sendable {
  private struct State {
    var count = 0
    var waiting: [Int: AsyncStream<Void>.Continuation] = [:]
    var nextWaiter = 0
  }

  private let state = Mutex(State())

  /// How often something has happened. Ask before you look for what has.
  var count: Int { state.withLock(\.count) }

  /// Wakes all who wait.
  func wake() {
    let waiting = state.withLock { state in
      state.count += 1
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.finish() }
  }

  /// Waits until something happens that was not counted yet, a time passes, or the task is cancelled.
  func wait(after count: Int, atMost limit: Duration) async {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    let waiter: Int? = state.withLock { state in
      guard state.count == count else { return nil }
      state.nextWaiter += 1
      state.waiting[state.nextWaiter] = continuation
      return state.nextWaiter
    }
    guard let waiter else { return }
    let timer = Task {
      try? await Task.sleep(for: limit)
      continuation.finish()
    }
    for await _ in stream {}
    timer.cancel()
    state.withLock { $0.waiting[waiter] = nil }
  }
}
