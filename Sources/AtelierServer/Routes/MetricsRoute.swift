import APIKeys
import HTTPTypes
import Hummingbird
import Monitoring

/// `GET /metrics`: the metrics in the text format of Prometheus.
struct MetricsRoute: Sendable {
  let metrics: ServiceMetrics
  let gauges: @Sendable () -> MetricsReport.Gauges
  let summaries: SummaryService

  static let path = "/metrics"

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, Self.path, role: .read, statuses: [200, 401, 403, 429]) { _, _ in
        // Without a database there are still the counts of this process.
        let quality = try? await summaries.summary(
          SummaryQuery(window: .day), noOlderThan: .seconds(15))
        return .text(
          Array(MetricsReport.text(metrics.current, metrics.versions, gauges(), quality).utf8),
          headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"])
      }
    ]
  }
}
