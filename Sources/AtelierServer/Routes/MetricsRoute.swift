import APIKeys
import HTTPTypes
import Hummingbird

/// `GET /metrics`: the metrics in the text format of Prometheus.
struct MetricsRoute: Sendable {
  let metrics: ServiceMetrics
  let gauges: @Sendable () -> MetricsReport.Gauges

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/metrics", role: .read, statuses: [200, 401, 403, 429]) { _, _ in
        .text(
          Array(MetricsReport.text(metrics.current, metrics.versions, gauges()).utf8),
          headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"])
      }
    ]
  }
}
