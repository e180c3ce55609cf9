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
/// ``scanLimit`` predictions are looked at for a page, which then says where to go on.
struct HistoryReader {
  /// Predictions that are looked at one by one for a page, at most.
  static let scanLimit = 10_000
  /// Facets that are merged without a look at the table first, at most.
  static let facetLimit = 256

  let database: Database
  let filter: PredictionFilter

  func page(after cursor: PredictionCursor?, limit: Int) throws -> PredictionPage {
    let bounds = bounds(after: cursor)
    let facets = filter.hasFacets ? try facets() : nil
    // One more than asked for says whether there are others.
    let count = limit + 1
    var records: [PredictionRecord]
    var floor: String?
    if let facets, facets.count <= Self.facetLimit {
      floor = filter.needsScan ? try self.floor(of: facets, bounds) : nil
      records = try newest(count, of: facets, in: bounds.from(floor)).compactMap(record)
    } else {
      floor = filter.needsScan || facets != nil ? try self.floor(bounds) : nil
      records = try newest(count, in: bounds.from(floor))
      if let facets, let below = floor, records.count < count, !filter.needsScan {
        let rest = Bounds(from: bounds.from, below: below)
        records += try newest(count - records.count, of: facets, in: rest).compactMap(record)
        floor = nil
      }
    }
    guard records.count > limit else {
      return PredictionPage(records: records, next: floor.map { PredictionCursor(after: $0) })
    }
    return PredictionPage(
      records: Array(records.prefix(limit)), next: PredictionCursor(after: records[limit - 1].id))
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

  /// The oldest prediction to look at in the table; `nil` when there are not so many.
  private func floor(_ bounds: Bounds) throws -> String? {
    try String.fetchOne(
      database.cachedStatement(sql: HistorySQL.floor(source)),
      arguments: [bounds.below, bounds.from, Self.scanLimit - 1])
  }

  /// The oldest prediction to look at in some facets; `nil` when there are not so many.
  private func floor(of facets: [Int64], _ bounds: Bounds) throws -> String? {
    let statement = try database.cachedStatement(sql: HistorySQL.floorOfFacet)
    let share = Self.scanLimit / max(facets.count, 1)
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
