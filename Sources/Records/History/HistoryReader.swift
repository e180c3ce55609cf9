import GRDB

/// Reads one page of the history in one transaction, without sorting, and in a time that does not grow
/// with the table.
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

  let database: Database
  let filter: PredictionFilter
  /// How long to look at predictions one by one.
  var scanTime = Duration.milliseconds(10)

  func page(after cursor: PredictionCursor?, limit: Int) throws -> PredictionPage {
    let bounds = bounds(after: cursor)
    let facets = filter.hasFacets ? try facets() : nil
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

  /// The newest records, where indices find all that is asked for.
  private func found(
    _ count: Int, of facets: [Int64]?, in bounds: Bounds
  ) throws -> [PredictionRecord] {
    guard let facets else { return try newest(count, in: bounds) }
    if facets.count <= Self.facetLimit {
      return try newest(count, of: facets, in: bounds).compactMap(record)
    }
    guard let floor = try self.floor(Self.scanLimit, bounds) else {
      return try newest(count, in: bounds)
    }
    var records = try newest(count, in: bounds.from(floor))
    if records.count < count {
      let rest = Bounds(from: bounds.from, below: floor)
      records += try newest(count - records.count, of: facets, in: rest).compactMap(record)
    }
    return records
  }

  /// The newest records, of which some conditions have to be looked at one by one.
  ///
  /// - Returns: The records, and the oldest prediction that was looked at when there may be more.
  private func scanned(
    _ count: Int, of facets: [Int64]?, in bounds: Bounds
  ) throws -> (records: [PredictionRecord], floor: String?) {
    let merged = facets.flatMap { $0.count <= Self.facetLimit ? $0 : nil }
    let start = ContinuousClock.now
    var records: [PredictionRecord] = []
    var (rest, step, looked) = (bounds, Self.scanStep, 0)
    while true {
      let floor = try merged.map { try self.floor(step, of: $0, rest) } ?? self.floor(step, rest)
      let part = rest.from(floor)
      let wanted = count - records.count
      records +=
        try merged.map { try newest(wanted, of: $0, in: part).compactMap(record) }
        ?? newest(wanted, in: part)
      looked += step
      guard let floor, records.count < count, looked < Self.scanLimit, .now - start < scanTime
      else {
        return (records, floor)
      }
      rest = Bounds(from: bounds.from, below: floor)
      step = min(2 * step, Self.scanLimit - looked)
    }
  }

  private var source: HistorySQL.Source { HistorySQL.Source(filter) }

  /// The identities of a page lie from the one, included, to below the other.
  private struct Bounds {
    let from: String
    let below: String

    /// The same bounds, or later ones.
    func from(_ floor: String?) -> Bounds { Bounds(from: floor ?? from, below: below) }
  }

  private func bounds(after cursor: PredictionCursor?) -> Bounds {
    Bounds(
      from: filter.from.map { RecordID.lowerBound(at: $0) } ?? "",
      below: min(
        cursor?.id ?? RecordID.upperBound,
        filter.to.map { RecordID.lowerBound(at: $0) } ?? RecordID.upperBound))
  }

  /// The facets that meet the conditions; first those that came up last, which are likely to have the
  /// newest predictions.
  private func facets() throws -> [Int64] {
    let (conditions, arguments) = HistorySQL.facetConditions(filter)
    return try Int64.fetchAll(
      database.cachedStatement(sql: HistorySQL.facets(conditions)), arguments: arguments)
  }

  /// The oldest of the newest predictions of the table; `nil` when there are not so many.
  private func floor(_ count: Int, _ bounds: Bounds) throws -> String? {
    try String.fetchOne(
      database.cachedStatement(sql: HistorySQL.floor(source)),
      arguments: [bounds.below, bounds.from, count - 1])
  }

  /// The oldest prediction to look at in some facets; `nil` when there are not so many.
  private func floor(_ count: Int, of facets: [Int64], _ bounds: Bounds) throws -> String? {
    let statement = try database.cachedStatement(sql: HistorySQL.floorOfFacet)
    let share = count / max(facets.count, 1)
    var floor: String?
    for facet in facets {
      let candidate = try String.fetchOne(
        statement, arguments: [facet, bounds.below, floor ?? bounds.from, share - 1])
      floor = candidate ?? floor
    }
    return floor
  }

  /// The newest records of the table.
  private func newest(_ count: Int, in bounds: Bounds) throws -> [PredictionRecord] {
    let (conditions, arguments) = HistorySQL.recordConditions(filter)
    let statement = try database.cachedStatement(sql: HistorySQL.records(source, conditions))
    return try Row.fetchCursor(
      statement, arguments: [bounds.below, bounds.from] + arguments + [count]
    ).map(PredictionRow.record).reduce(into: []) { $0.append($1) }
  }

  /// The newest identities of some facets.
  private func newest(
    _ count: Int, of facets: [Int64], in bounds: Bounds
  ) throws -> [String] {
    let (conditions, arguments) = HistorySQL.scanConditions(filter)
    let statement = try database.cachedStatement(sql: HistorySQL.identities(conditions))
    var newest: [String] = []
    for facet in facets {
      // What is older than a full page does not get onto it.
      let from = newest.count == count ? newest[count - 1] : bounds.from
      let found = try String.fetchAll(
        statement, arguments: [facet, bounds.below, from] + arguments + [count])
      if !found.isEmpty { newest = merge(newest, found, limit: count) }
    }
    return newest
  }

  /// The greatest of two descending lists, descending.
  private func merge(_ first: [String], _ second: [String], limit: Int) -> [String] {
    var merged: [String] = []
    merged.reserveCapacity(limit)
    var (left, right) = (first[...], second[...])
    while merged.count < limit {
      switch (left.first, right.first) {
      case (let one?, let other?):
        merged.append(one > other ? left.removeFirst() : right.removeFirst())
      case (.some, nil): merged.append(left.removeFirst())
      case (nil, .some): merged.append(right.removeFirst())
      case (nil, nil): return merged
      }
    }
    return merged
  }

  private func record(id: String) throws -> PredictionRecord? {
    try Row.fetchOne(database.cachedStatement(sql: HistorySQL.record), arguments: [id])
      .map(PredictionRow.record)
  }
}
