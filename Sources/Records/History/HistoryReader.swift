/// Reads one page of the history without sorting, and in a time that does not grow with the table.
///
/// The table itself is in the order of the pages. Where conditions on facets are set, the newest
/// predictions of each facet that meets them are merged: each is one search in an index, and once a
/// page is full, most of them find nothing new enough. Conditions that many facets meet are met by
/// many predictions, mostly, so that the table is looked at first, or the few that have a label.
///
/// Confidences and file names have to be looked at one by one. So that this ends, only
/// ``scanLimit`` predictions are looked at for a page, which then says where to go on.
struct HistoryReader {
  /// Predictions that are looked at one by one for a page, at most.
  static let scanLimit = 10_000
  /// Facets that are merged without a look at the table first, at most.
  static let facetLimit = 256

  let source: any HistorySource
  let filter: PredictionFilter

  func page(after cursor: PredictionCursor?, limit: Int) throws -> PredictionPage {
    let bounds = bounds(after: cursor)
    let facets = filter.hasFacets ? try source.facets(filter) : nil
    // One more than asked for says whether there are others.
    let count = limit + 1
    var records: [PredictionRecord]
    var floor: String?
    if let facets, facets.count <= Self.facetLimit {
      floor = filter.needsScan ? try self.floor(of: facets, bounds) : nil
      records = try source.newest(count, of: facets, filter, in: bounds.from(floor))
    } else {
      floor =
        filter.needsScan || facets != nil
        ? try source.floor(filter, in: bounds, count: Self.scanLimit) : nil
      records = try source.newest(count, filter, in: bounds.from(floor))
      if let facets, let below = floor, records.count < count, !filter.needsScan {
        let rest = HistoryBounds(from: bounds.from, below: below)
        records += try source.newest(count - records.count, of: facets, filter, in: rest)
        floor = nil
      }
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

  /// The oldest prediction to look at in some facets; `nil` when there are not so many.
  private func floor(of facets: [Int64], _ bounds: HistoryBounds) throws -> String? {
    guard !facets.isEmpty else { return nil }
    return try source.floor(of: facets, in: bounds, count: Self.scanLimit / facets.count)
  }
}
