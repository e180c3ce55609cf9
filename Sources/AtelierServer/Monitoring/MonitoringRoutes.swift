import APIKeys
import HTTPTypes
import Hummingbird

/// `GET /metrics/summary` and `GET /metrics/events`: how the service does, once or again and again.
struct MonitoringRoutes: Sendable {
  let summaries: SummaryService
  let feed: SummaryFeed
  let connections: Connections

  static let summaryPath = MetricsRoute.path + "/summary"
  static let eventsPath = MetricsRoute.path + "/events"

  private static let statuses = [200, 401, 403, 422, 429, 503]

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, Self.summaryPath, role: .read, statuses: Self.statuses) { request, _ in
        let summary = try await summaries.summary(SummaryQuery(QueryParameters(request)))
        return .json(summary.json, headers: [.cacheControl: "no-store"])
      },
      Endpoint(.get, Self.eventsPath, role: .read, statuses: Self.statuses) { request, context in
        let query = try SummaryQuery(QueryParameters(request))
        try feed.checkPlace(for: query)
        return .events(to: connections.connection(of: context.channel)) { feed.watch(query) }
      },
    ]
  }
}
