import Classification
import HTTPTypes
import Monitoring
import Pipeline
import Synchronization

/// What the service counts and times.
final class ServiceMetrics: Sendable {
  struct Request: Hashable {
    let method: String
    let route: String
    let status: Int
  }

  struct State {
    var requests: [Request: Int] = [:]
    var durations: [String: Histogram] = [:]
    var stages: [String: Histogram]
    var inference: [EngineKind: Histogram]
    var batches: [EngineKind: Histogram]
    var engineFailures: [EngineKind: Int]
    var inFlight = 0
    /// The routes whose requests are traffic: those that need a key, but for monitoring itself.
    var traffic: Set<String> = []
  }

  static let stages = ["queue", "decode", "preprocess", "inference", "store"]

  /// The same, apart for each version of the model.
  let versions = VersionMetrics()
  /// The requests of the last weeks, for summaries.
  let traffic = TrafficLog()
  private let state: Mutex<State>

  /// Creates metrics of engines that have not run yet.
  init(engines: [EngineKind]) {
    state = Mutex(
      State(
        stages: Dictionary(uniqueKeysWithValues: Self.stages.map { ($0, .seconds) }),
        inference: Dictionary(uniqueKeysWithValues: engines.map { ($0, .seconds) }),
        batches: Dictionary(uniqueKeysWithValues: engines.map { ($0, .pictures) }),
        engineFailures: Dictionary(uniqueKeysWithValues: engines.map { ($0, 0) })))
  }

  /// Notes which requests can come, so that each is shown with a zero before it does.
  func expect(_ endpoints: [Endpoint]) {
    state.withLock { state in
      for endpoint in endpoints {
        state.durations[endpoint.path] = .seconds
        if endpoint.role != nil, !endpoint.path.hasPrefix(MetricsRoute.path) {
          state.traffic.insert(endpoint.path)
        }
        for status in endpoint.statuses {
          let request = Request(
            method: endpoint.method.rawValue, route: endpoint.path, status: status)
          state.requests[request] = 0
        }
      }
    }
  }

  /// Notes which calls over gRPC are traffic too.
  func expect(calls routes: [String]) {
    state.withLock { state in
      state.traffic.formUnion(routes)
      for route in routes { state.durations[route] = .seconds }
    }
  }

  /// What was counted so far.
  var current: State { state.withLock { $0 } }

  func requestStarted() { state.withLock { $0.inFlight += 1 } }

  /// - Parameter isStreamed: Whether the answer goes on after it began, so that the duration says only
  ///   when that was.
  func requestEnded(
    method: String, route: String, status: Int, duration: Duration, isStreamed: Bool,
    notes: RequestNotes.Content
  ) {
    let isTraffic = state.withLock { state in
      state.inFlight -= 1
      state.requests[Request(method: method, route: route, status: status), default: 0] += 1
      state.durations[route, default: .seconds].record(duration.seconds)
      if let outcome = notes.outcome {
        state.stages["queue"]?.record(outcome.queueTime.seconds)
        state.stages["decode"]?.record(outcome.decodingTime.seconds)
        state.stages["preprocess"]?.record(outcome.preprocessingTime.seconds)
        state.stages["inference"]?.record(outcome.inferenceTime.seconds)
      }
      if let time = notes.storeTime { state.stages["store"]?.record(time.seconds) }
      return state.traffic.contains(route)
    }
    guard isTraffic else { return }
    var source: TrafficLog.Source?
    if let engine = notes.engine, let version = notes.modelVersion {
      source = .init(engine: engine, modelVersion: version)
    }
    traffic.record(source: source, status: status, latency: isStreamed ? nil : duration)
  }

  func batchEnded(_ report: BatchReport) {
    state.withLock { state in
      state.batches[report.engine, default: .pictures].record(Double(report.size))
      state.inference[report.engine, default: .seconds].record(report.duration.seconds)
      if report.error != nil { state.engineFailures[report.engine, default: 0] += 1 }
    }
  }
}
