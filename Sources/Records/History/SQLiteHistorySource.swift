import GRDB

/// Reads the history in a transaction of SQLite.
struct SQLiteHistorySource: HistorySource {
  let database: Database

  // An index holds all that is asked of a facet's predictions, a few bytes of each.
  var mergeLimit: Int { .max }

  func passZones(
    in bounds: HistoryBounds, _ search: ZoneSearch, _ body: (HistoryZone) throws -> Bool
  ) throws {
    let withNames = !search.grams.isEmpty
    let statement = try database.cachedStatement(sql: ZoneSQL.zones(withNames: withNames))
    try statement.forEachRow {
      $0.append(bounds.below)
    } _: { row in
      let zone = HistoryBounds(from: row.text(0), below: row.text(1))
      guard zone.below > bounds.from else { return false }
      var facets: [Int64]?
      if !row.isNull(2) {
        facets = search.facets(
          in: row.bytes(2), changes: row.bytes(3),
          names: withNames && !row.isNull(4) ? row.bytes(4) : nil)
      }
      return try body(HistoryZone(bounds: zone, facets: facets))
    }
  }

  func facets(_ filter: PredictionFilter) throws -> [Int64] {
    let (conditions, values) = HistorySQL.facetConditions(filter)
    return try Int64.fetchAll(
      database.cachedStatement(sql: HistorySQL.facets(conditions)),
      arguments: StatementArguments(values))
  }

  func floor(
    _ filter: PredictionFilter, in bounds: HistoryBounds, count: Int
  ) throws -> String? {
    try String.fetchOne(
      database.cachedStatement(sql: HistorySQL.floor(HistorySQL.Source(filter))),
      arguments: [bounds.below, bounds.from, count - 1])
  }

  func floor(of facets: [Int64], in bounds: HistoryBounds, count: Int) throws -> String? {
    let statement = try database.cachedStatement(sql: HistorySQL.floorOfFacet)
    var floor: String?
    for facet in facets {
      let candidate = try String.fetchOne(
        statement, arguments: [facet, bounds.below, floor ?? bounds.from, count - 1])
      floor = candidate ?? floor
    }
    return floor
  }

  func newest(
    _ count: Int, _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    let (conditions, values) = HistorySQL.recordConditions(filter)
    let statement = try database.cachedStatement(
      sql: HistorySQL.records(HistorySQL.Source(filter), conditions))
    return try Row.fetchCursor(
      statement,
      arguments: [bounds.below, bounds.from] + StatementArguments(values) + [count]
    ).map(PredictionRow.record).reduce(into: []) { $0.append($1) }
  }

  func newest(
    _ count: Int, of facets: [Int64], _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    let (conditions, values) = HistorySQL.scanConditions(filter)
    let statement = try database.cachedStatement(sql: HistorySQL.identities(conditions))
    var newest: [String] = []
    for facet in facets {
      // What is older than a full page does not get onto it.
      let from = newest.count == count ? newest[count - 1] : bounds.from
      var found: [String] = []
      try statement.forEachRow { arguments in
        arguments.append(facet)
        arguments.append(bounds.below)
        arguments.append(from)
        for value in values { arguments.append(value) }
        arguments.append(Int64(count))
      } _: { row in
        found.append(row.text(0))
        return true
      }
      if !found.isEmpty { newest = merge(newest, found, limit: count) }
    }
    return try newest.compactMap(record)
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

extension StatementArguments {
  /// The values of conditions.
  init(_ values: [ConditionValue]) {
    self.init(
      values.map { value -> (any DatabaseValueConvertible)? in
        switch value {
        case .text(let text): text
        case .number(let number): number
        case .flag(let flag): flag
        }
      })
  }
}
