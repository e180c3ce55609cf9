import Counters
import Logging
import Records

/// Where counts were read.
enum CountSource: String, Sendable {
  case redis, database
}

/// The counts of predictions, from Redis while it is there, else from the database.
struct StatisticsService: Sendable {
  let store: any PredictionStore
  /// The counts that servers share; `nil` when the database alone is used.
  let counter: (any PredictionCounter)?
  let logger: Logger

  func counts() async throws(APIError) -> (PredictionCounts, CountSource) {
    if let counter {
      do throws(CounterError) {
        return (try await counter.counts(), .redis)
      } catch {
        logger.debug("the counters are away", error: error)
      }
    }
    let counts = try await logger.storing(or: "the statistics cannot be read") {
      () async throws(RecordsError) in try await store.counts()
    }
    return (counts, .database)
  }
}
