import Jobs
import Records

/// What the query of a list of jobs asks for.
struct JobListParameters: Sendable {
  var state: JobState?
  var kind: JobKind?
  var limit: Int
  var cursor: String?

  /// Reads the query.
  ///
  /// - Throws: ``APIError`` with status 422 when a parameter has an unusable value.
  init(_ query: QueryParameters) throws(APIError) {
    let states = JobState.allCases.map(\.rawValue).joined(separator: ", ")
    state = try query.value("state", "one of \(states)") { JobState(rawValue: $0) }
    kind = try query.value("kind", "a name of lowercase letters, digits and dashes") { text in
      let isName = text.utf8.allSatisfy {
        (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-")
      }
      return isName && (1...64).contains(text.utf8.count) ? JobKind(rawValue: text) : nil
    }
    limit = try HistoryParameters.limit(query)
    cursor = try query.value("cursor", "the next_cursor of an answer, as it was") {
      RecordID.isWellFormed($0) ? $0 : nil
    }
  }

  /// The jobs that are asked for, of those that may be seen.
  func filter(within visible: JobFilter) -> JobFilter {
    var filter = visible
    filter.state = state
    if let kind { filter.kinds = visible.kinds.map { $0.intersection([kind]) } ?? [kind] }
    return filter
  }
}
