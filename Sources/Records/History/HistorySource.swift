/// What a page of the history is put together from, in one transaction.
protocol HistorySource {
  /// The facets that are merged in a zone, at most; where there are more, its predictions are looked at.
  var mergeLimit: Int { get }

  /// Passes the zones that have something within bounds, the newest first.
  ///
  /// - Parameter body: Takes a zone; returns whether to go on.
  func passZones(
    in bounds: HistoryBounds, _ search: ZoneSearch, _ body: (HistoryZone) throws -> Bool
  ) throws

  /// The numbers of the facets that meet a filter's conditions and are not empty; first those that came
  /// up last, which are likely to have the newest predictions.
  func facets(_ filter: PredictionFilter) throws -> [Int64]

  /// The oldest of the newest `count` predictions to look at; `nil` when there are not so many.
  func floor(
    _ filter: PredictionFilter, in bounds: HistoryBounds, count: Int
  ) throws -> String?

  /// An identity such that hardly more than `count` predictions of each facet are newer; `nil` when no
  /// facet has so many.
  func floor(of facets: [Int64], in bounds: HistoryBounds, count: Int) throws -> String?

  /// The newest records that meet all conditions.
  func newest(
    _ count: Int, _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord]

  /// The newest records of some facets that meet the conditions no facet tells.
  func newest(
    _ count: Int, of facets: [Int64], _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord]
}

/// The identities of a page lie from the one, included, to below the other.
struct HistoryBounds: Sendable, Hashable {
  var from: String
  var below: String

  var isEmpty: Bool { from >= below }

  /// The same bounds, or later ones.
  func from(_ floor: String?) -> HistoryBounds {
    HistoryBounds(from: floor ?? from, below: below)
  }

  /// What is within other bounds too.
  func intersection(_ other: HistoryBounds) -> HistoryBounds {
    HistoryBounds(from: max(from, other.from), below: min(below, other.below))
  }
}
