import Monitoring

/// What a summary is asked to look at.
struct SummaryQuery: Sendable, Hashable {
  var window = TimeWindow.hour
  /// Only an engine, by its display name; `nil` for all.
  var engine: String?
  /// Only a model version; `nil` for all.
  var modelVersion: String?
}

extension SummaryQuery {
  /// Reads the query of a request.
  ///
  /// - Throws: ``APIError`` with status 422 when a parameter has an unusable value.
  init(_ query: QueryParameters) throws(APIError) {
    let expectation = "a whole number and s, m, h or d, from 1m to 30d, such as 1h"
    window = try query.value("window", expectation) { TimeWindow($0) } ?? .hour
    engine = try HistoryParameters.engine(query)
    modelVersion = try HistoryParameters.modelVersion(query)
  }
}
