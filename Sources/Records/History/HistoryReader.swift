/// Reads one page of the history without sorting, and in a time that hardly grows with the table.
///
/// The table itself is in the order of the pages. Where few facets meet the conditions, the newest predictions of
/// each are merged: each is one search in an index, and once a page is full, most of them find nothing new enough.
///
/// Otherwise the zones are passed, newest first. What is known of a zone mostly says that it has nothing to offer;
/// in the others only the facets are searched that have something, or some confidence that is high enough. The
/// newest predictions are in no zone yet, and looked at in the table, or the few of them that have a label.
///
/// A name that is not there although all its parts are can make zones be looked through in vain. So that this ends,
/// a page takes ``scanTime``, and outside of zones looks at ``scanLimit`` predictions, at most; it then says where
/// to go on.
struct HistoryReader {
  /// Predictions that are looked at one by one outside of zones, at most.
  static let scanLimit = 10_000
  /// Predictions that are looked at before the time is; then each time twice as many.
  static let scanStep = 1_000
  /// Facets that are merged without a look at zones, at most.
  static let fewFacets = 16
  /// Facets that are merged without a look at the table first, where there are no zones, at most.
  static let facetLimit = 256

  let source: any HistorySource
  let filter: PredictionFilter
  /// How long to look at predictions one by one.
  var scanTime = Duration.milliseconds(10)

  func page(after cursor: PredictionCursor?, limit: Int) throws -> PredictionPage {
    // One more than asked for says whether there are others.
    let count = limit + 1
    let bounds = bounds(after: cursor)
    let facets = filter.hasFacets ? try source.facets(filter) : nil
    var scan = HistoryScan(
      source: source, filter: filter, facets: facets, count: count,
      deadline: filter.needsScan ? .now + scanTime : nil)
    let isFound = !filter.needsScan && (facets.map { $0.count <= Self.fewFacets } ?? true)
    let floor = try isFound ? scan.look(in: bounds) : scan.lookByZones(in: bounds)
    let records = scan.records
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
}
