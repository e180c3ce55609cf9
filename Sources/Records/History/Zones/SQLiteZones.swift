import GRDB

/// Makes zones in a transaction of SQLite.
struct SQLiteZones: ZoneTable {
  let database: Database
  var layout = ZoneLayout.standard

  func end() throws -> String? {
    try String.fetchOne(database.cachedStatement(sql: ZoneSQL.end))
  }

  func spoilt() throws -> HistoryBounds? {
    try Row.fetchOne(database.cachedStatement(sql: ZoneSQL.spoilt))
      .map { HistoryBounds(from: $0[0], below: $0[1]) }
  }

  func rows(in bounds: HistoryBounds, _ count: Int) throws -> [ZoneRow] {
    try Row.fetchCursor(
      database.cachedStatement(sql: ZoneSQL.rows), arguments: [bounds.from, bounds.below, count]
    ).map { ZoneRow(id: $0[0], facet: $0[1], confidence: $0[2], filename: $0[3]) }
      .reduce(into: []) { $0.append($1) }
  }

  func insert(_ summary: ZoneSummary, _ bounds: HistoryBounds) throws {
    try database.cachedStatement(sql: ZoneSQL.insert).execute { values in
      values.append(bounds.from)
      values.append(bounds.below)
      values.append(summary.facets)
      if let names = summary.names { values.append(names) } else { values.appendNull() }
    }
  }

  func delete(_ zone: HistoryBounds) throws {
    try database.execute(sql: ZoneSQL.delete, arguments: [zone.from])
  }
}
