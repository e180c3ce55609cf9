import APIKeys
import Classification

/// The metrics of the service, written for Prometheus.
enum MetricsReport {
  /// What is read at the moment of asking.
  struct Gauges: Sendable {
    var queueDepth: Int
    var queueLimit: Int
    var connections: Int
    var wrongKeys: Int
    /// The rates that are limited together with other servers; `nil` when this one is alone.
    var limits: SharedBuckets?
    var uptime: Duration
    /// The versions that answer, and as what.
    var models: [(version: String, role: String)]
  }

  /// - Parameters:
  ///   - jobs: Writes what there is to say of jobs.
  ///   - quality: The summary of a day; `nil` when the database cannot be read.
  static func text(
    _ state: ServiceMetrics.State, _ versions: VersionMetrics, _ gauges: Gauges,
    jobs: (inout PrometheusText) -> Void, _ quality: MonitoringSummary?
  ) -> String {
    var text = PrometheusText()
    requests(state, &text)
    engines(state, &text)
    versions.write(to: &text, roles: gauges.models)
    text.family("atelier_stage_duration_seconds", .histogram, help: "Time of each stage.")
    for (stage, histogram) in state.stages.sorted(by: { $0.key < $1.key }) {
      text.sample("atelier_stage_duration_seconds", labels: [("stage", stage)], histogram)
    }
    let single: [(String, PrometheusText.Kind, String, Double)] = [
      ("atelier_queue_depth", .gauge, "Pictures that wait.", Double(gauges.queueDepth)),
      ("atelier_queue_limit", .gauge, "Pictures that may wait.", Double(gauges.queueLimit)),
      ("atelier_connections", .gauge, "Open connections.", Double(gauges.connections)),
      ("atelier_wrong_keys_total", .counter, "Wrong API keys.", Double(gauges.wrongKeys)),
      ("atelier_uptime_seconds", .gauge, "Time since the start.", gauges.uptime / .seconds(1)),
    ]
    for (name, kind, help, value) in single {
      text.family(name, kind, help: help)
      text.sample(name, value)
    }
    if let limits = gauges.limits {
      text.family(
        "atelier_limits_shared", .gauge, help: "Whether limits are counted with other servers.")
      text.sample("atelier_limits_shared", limits.isReachable ? 1 : 0)
      text.family(
        "atelier_limits_unshared_total", .counter, help: "Limits decided alone, without Redis.")
      text.sample("atelier_limits_unshared_total", Double(limits.unsharedCount))
    }
    jobs(&text)
    if let quality { self.quality(quality, &text) }
    return text.text
  }

  private static func requests(_ state: ServiceMetrics.State, _ text: inout PrometheusText) {
    text.family("atelier_requests_total", .counter, help: "Requests by route and status.")
    for (request, count) in state.requests.sorted(by: {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }) {
      text.sample(
        "atelier_requests_total",
        labels: [
          ("method", request.method), ("route", request.route), ("status", String(request.status)),
        ], Double(count))
    }
    text.family("atelier_requests_in_flight", .gauge, help: "Requests being answered.")
    text.sample("atelier_requests_in_flight", Double(state.inFlight))
    text.family("atelier_request_duration_seconds", .histogram, help: "Time of whole requests.")
    for (route, histogram) in state.durations.sorted(by: { $0.key < $1.key }) {
      text.sample("atelier_request_duration_seconds", labels: [("route", route)], histogram)
    }
  }

  private static func engines(_ state: ServiceMetrics.State, _ text: inout PrometheusText) {
    func label(_ engine: EngineKind) -> [(String, String)] { [("engine", engine.rawValue)] }
    text.family("atelier_batch_duration_seconds", .histogram, help: "Time of an engine's runs.")
    for engine in EngineKind.allCases {
      if let histogram = state.inference[engine] {
        text.sample("atelier_batch_duration_seconds", labels: label(engine), histogram)
      }
    }
    text.family("atelier_batch_size", .histogram, help: "Pictures in an engine's runs.")
    for engine in EngineKind.allCases {
      if let histogram = state.batches[engine] {
        text.sample("atelier_batch_size", labels: label(engine), histogram)
      }
    }
    text.family("atelier_engine_failures_total", .counter, help: "Failed runs of an engine.")
    for engine in EngineKind.allCases {
      if let count = state.engineFailures[engine] {
        text.sample("atelier_engine_failures_total", labels: label(engine), Double(count))
      }
    }
  }
}
