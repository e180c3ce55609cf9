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
  private let lastPing = Mutex<(time: ContinuousClock.Instant, succeeded: Bool)?>(nil)

  /// - Parameters:
  ///   - store: The database that must answer.
  ///   - engines: The names of the engines that are loaded. Loading warms them, and comes before
  ///     listening.
  init(store: any PredictionStore, engines: @escaping @Sendable () -> [String]) {
    self.store = store
    self.engines = engines
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

  /// The database is asked once a second at most, however often probes come: they need no key.
  private func databaseAnswers() async -> Bool {
    if let last = lastPing.withLock({ $0 }), .now - last.time < .seconds(1) {
      return last.succeeded
    }
    let succeeded: Bool
    do throws(RecordsError) {
      try await store.ping()
      succeeded = true
    } catch {
      succeeded = false
    }
    lastPing.withLock { $0 = (.now, succeeded) }
    return succeeded
  }
}
