/// Reads one page of the history without sorting, and in a time that does not grow with the table.
///
/// The table itself is in the order of the pages. Where conditions on facets are set, the newest
/// predictions of each facet that meets them are merged: each is one search in an index, and once a
/// page is full, most of them find nothing new enough. Conditions that many facets meet are met by
/// many predictions, mostly, so that the table is looked at first, or the few that have a label.
///
/// Confidences and file names have to be looked at one by one. So that this ends, only
/// ``scanLimit`` predictions are looked at for a page, or as many as can be within ``scanTime`` when they
/// have to come from the disk; the page then says where to go on.
struct HistoryReader {
  /// Predictions that are looked at one by one for a page, at most.
  static let scanLimit = 10_000
  /// Predictions that are looked at before the time is; then each time twice as many.
  static let scanStep = 1_000
  /// Facets that are merged without a look at the table first, at most.
  static let facetLimit = 256

  let source: any HistorySource
  let filter: PredictionFilter
  /// How long to look at predictions one by one.
  var scanTime = Duration.milliseconds(10)

  func page(after cursor: PredictionCursor?, limit: Int) throws -> PredictionPage {
    let bounds = bounds(after: cursor)
    let facets = filter.hasFacets ? try source.facets(filter) : nil
    // One more than asked for says whether there are others.
    let count = limit + 1
    var floor: String?
    let records: [PredictionRecord]
    if filter.needsScan {
      (records, floor) = try scanned(count, of: facets, in: bounds)
    } else {
      records = try found(count, of: facets, in: bounds)
    }
    guard records.count > limit else {
      return PredictionPage(records: records, next: floor.map { PredictionCursor(after: $0) })
    }
    return PredictionPage(
      records: Array(records.prefix(limit)), next: PredictionCursor(after: records[limit - 1].id))
  }

  private func bounds(after cursor: PredictionCursor?) -> HistoryBounds {
    HistoryBounds(
      from: filter.from.map { RecordID.lowerBound(at: $0) } ?? RecordID.leastBound,
      below: min(
        cursor?.id ?? RecordID.upperBound,
        filter.to.map { RecordID.lowerBound(at: $0) } ?? RecordID.upperBound))
  }

  /// The newest records, where indices find all that is asked for.
  private func found(
    _ count: Int, of facets: [Int64]?, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    guard let facets else { return try source.newest(count, filter, in: bounds) }
    if facets.count <= Self.facetLimit {
      return try source.newest(count, of: facets, filter, in: bounds)
    }
    guard let floor = try source.floor(filter, in: bounds, count: Self.scanLimit) else {
      return try source.newest(count, filter, in: bounds)
    }
    var records = try source.newest(count, filter, in: bounds.from(floor))
    if records.count < count {
      let rest = HistoryBounds(from: bounds.from, below: floor)
      records += try source.newest(count - records.count, of: facets, filter, in: rest)
    }
    return records
  }

  /// The newest records, of which some conditions have to be looked at one by one.
  ///
  /// - Returns: The records, and the oldest prediction that was looked at when there may be more.
  private func scanned(
    _ count: Int, of facets: [Int64]?, in bounds: HistoryBounds
  ) throws -> (records: [PredictionRecord], floor: String?) {
    let merged = facets.flatMap { $0.count <= Self.facetLimit ? $0 : nil }
    let start = ContinuousClock.now
    var records: [PredictionRecord] = []
    var (rest, step, looked) = (bounds, Self.scanStep, 0)
    while true {
      let floor = try floor(step, of: merged, in: rest)
      let part = rest.from(floor)
      let wanted = count - records.count
      records +=
        try merged.map { try source.newest(wanted, of: $0, filter, in: part) }
        ?? source.newest(wanted, filter, in: part)
      looked += step
      guard let floor, records.count < count, looked < Self.scanLimit, .now - start < scanTime
      else {
        return (records, floor)
      }
      rest = HistoryBounds(from: bounds.from, below: floor)
      step = min(2 * step, Self.scanLimit - looked)
    }
  }

  /// The oldest prediction to look at, in the table or in some facets; `nil` when there are not so many.
  private func floor(
    _ count: Int, of facets: [Int64]?, in bounds: HistoryBounds
  ) throws -> String? {
    guard let facets else { return try source.floor(filter, in: bounds, count: count) }
    guard !facets.isEmpty else { return nil }
    return try source.floor(of: facets, in: bounds, count: max(count / facets.count, 1))
  }
}
