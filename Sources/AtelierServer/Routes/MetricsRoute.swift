import APIKeys
import HTTPTypes
import Hummingbird
import Jobs
import Monitoring

/// `GET /metrics`: the metrics in the text format of Prometheus.
struct MetricsRoute: Sendable {
  let metrics: ServiceMetrics
  let gauges: @Sendable () -> MetricsReport.Gauges
  let summaries: SummaryService
  let jobs: JobMetrics
  let jobStore: any JobStore

  static let path = "/metrics"

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, Self.path, role: .read, statuses: [200, 401, 403, 429]) { _, _ in
        // Without a database there are still the counts of this process.
        let quality = try? await summaries.summary(
          SummaryQuery(window: .day), noOlderThan: .seconds(15))
        let counts = try? await jobStore.counts()
        let text = MetricsReport.text(
          metrics.current, metrics.versions, gauges(), jobs: { jobs.write(counts, to: &$0) },
          quality)
        return .text(
          Array(text.utf8), headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"])
      }
    ]
  }
}
