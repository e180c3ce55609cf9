import Records
import Synchronization

/// Whether new requests should be sent here.
final class Readiness: Sendable {
  /// What readiness depends on.
  struct Report: Sendable {
    let isDraining: Bool
    let databaseAnswers: Bool
    /// The engines that are loaded and warm.
    let engines: [String]

    var isReady: Bool { !isDraining && databaseAnswers && !engines.isEmpty }
  }

  private let store: any PredictionStore
  private let engines: @Sendable () -> [String]
  private let draining = Mutex(Draining())
  private let lastPing = Mutex<Ping?>(nil)

  /// - Parameters:
  ///   - store: The database that must answer.
  ///   - engines: The names of the engines that are loaded. Loading warms them, and comes before
  ///     listening.
  init(store: any PredictionStore, engines: @escaping @Sendable () -> [String]) {
    self.store = store
    self.engines = engines
  }

  /// A question to the database, which all who ask at about the same time share.
  private struct Ping: Sendable {
    let answer: Task<Bool, Never>
    /// When it was answered; `nil` while it is not.
    var end: ContinuousClock.Instant?
  }

  private struct Draining {
    var hasBegun = false
    var actions: [@Sendable () -> Void] = []
  }

  /// Notes that the service is stopping, and ends what would go on.
  func drain() {
    let actions = draining.withLock { draining in
      draining.hasBegun = true
      defer { draining.actions = [] }
      return draining.actions
    }
    for action in actions { action() }
  }

  /// Has something done when the service is stopping: streams end then, which nothing else would end.
  func whenDraining(_ action: @escaping @Sendable () -> Void) {
    let isLate = draining.withLock { draining in
      if !draining.hasBegun { draining.actions.append(action) }
      return draining.hasBegun
    }
    if isLate { action() }
  }

  func report() async -> Report {
    Report(
      isDraining: draining.withLock { $0.hasBegun }, databaseAnswers: await databaseAnswers(),
      engines: engines())
  }

  /// The database is asked once a second at most, and not while it owes an answer, however often probes
  /// come: they need no key.
  private func databaseAnswers() async -> Bool {
    let answer: Task<Bool, Never> = lastPing.withLock { last in
      if let last, last.end.map({ ContinuousClock.now - $0 < .seconds(1) }) ?? true {
        return last.answer
      }
      let answer = Task { await ping() }
      last = Ping(answer: answer)
      return answer
    }
    return await answer.value
  }

  private func ping() async -> Bool {
    let succeeded: Bool
    do throws(RecordsError) {
      try await store.ping()
      succeeded = true
    } catch {
      succeeded = false
    }
    lastPing.withLock { $0?.end = .now }
    return succeeded
  }
}
