import GRDB

/// Makes zones in a transaction of SQLite.
struct SQLiteZones {
  let database: Database
  var layout = ZoneLayout.standard

  /// Makes a zone of the predictions after the newest zone, if they are enough, or makes the zone again to
  /// which most came late.
  func makeNext() throws -> ZoneTurn {
    let start =
      try String.fetchOne(database.cachedStatement(sql: ZoneSQL.end)) ?? RecordID.leastBound
    let count = layout.size + layout.margin
    let rows = try rows(from: start, below: RecordID.upperBound, count)
    if rows.count == count {
      try insert(rows[..<layout.size], HistoryBounds(from: start, below: rows[layout.size].id))
      return .made
    }
    guard
      let spoilt = try Row.fetchOne(database.cachedStatement(sql: ZoneSQL.spoilt))
        .map({ HistoryBounds(from: $0[0], below: $0[1]) })
    else { return .done }
    try renew(spoilt)
    return .renewed
  }

  /// Makes a zone again, or several of it when it has become too large.
  private func renew(_ zone: HistoryBounds) throws {
    try database.execute(sql: ZoneSQL.delete, arguments: [zone.from])
    var rest = zone
    while true {
      let rows = try rows(from: rest.from, below: rest.below, layout.size + 1)
      guard rows.count > layout.size else { return try insert(rows[...], rest) }
      let next = rows[layout.size].id
      try insert(rows[..<layout.size], HistoryBounds(from: rest.from, below: next))
      rest.from = next
    }
  }

  private func rows(from: String, below: String, _ count: Int) throws -> [ZoneRow] {
    try Row.fetchCursor(
      database.cachedStatement(sql: ZoneSQL.rows), arguments: [from, below, count]
    ).map { ZoneRow(id: $0[0], facet: $0[1], confidence: $0[2], filename: $0[3]) }
      .reduce(into: []) { $0.append($1) }
  }

  private func insert(_ rows: ArraySlice<ZoneRow>, _ bounds: HistoryBounds) throws {
    let summary = ZoneSummary(rows)
    try database.cachedStatement(sql: ZoneSQL.insert).execute { values in
      values.append(bounds.from)
      values.append(bounds.below)
      values.append(summary.facets)
      if let names = summary.names { values.append(names) } else { values.appendNull() }
    }
  }
}
