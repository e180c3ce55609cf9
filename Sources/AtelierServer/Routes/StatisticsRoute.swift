import APIKeys
import HTTPTypes
import Hummingbird
import Records

/// `GET /stats`: how many predictions there are.
struct StatisticsRoute: Sendable {
  let statistics: StatisticsService

  var endpoints: [Endpoint] {
    [
      Endpoint(.get, "/stats", role: .read, statuses: [200, 401, 403, 429, 503]) {
        request, _ in
        let (counts, source) = try await statistics.counts()
        let language = PreferredLanguage(request.headers[.acceptLanguage])
        return .json(
          [
            "total_predictions": .integer(counts.total),
            "message": .string(Self.message(source, language)),
            "by_engine": .sorted(counts.byEngine),
            "by_class": .sorted(counts.byClass),
            "source": .string(source.rawValue),
          ], headers: [.vary: "Accept-Language", .contentLanguage: language.tag])
      }
    ]
  }

  private static func message(_ source: CountSource, _ language: PreferredLanguage) -> String {
    switch (source, language) {
    case (.redis, .chinese): "统计数据来源于Redis缓存"
    case (.redis, .english): "the statistics come from the Redis cache"
    case (.database, .chinese): "统计数据来源于数据库"
    case (.database, .english): "the statistics come from the database"
    }
  }
}
