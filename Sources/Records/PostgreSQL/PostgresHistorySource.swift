import PostgreSQL

/// Reads the history in a transaction of PostgreSQL. Facets are merged by the database: of each it reads as
/// many as a page has, newest first, in the order of an index.
struct PostgresHistorySource: HistorySource {
  let connection: PostgresConnection

  static let record =
    "SELECT \(PredictionColumns.names) FROM predictions WHERE id = $1::uuid"

  /// The operator that compares with a pattern and ignores the case.
  private static let like = "ILIKE"

  // Where more are merged, PostgreSQL reads up to a page of each.
  var mergeLimit: Int { HistoryReader.fewFacets }

  func passZones(
    in bounds: HistoryBounds, _ search: ZoneSearch, _ body: (HistoryZone) throws -> Bool
  ) throws {
    let sql = PostgresZones.zones(withNames: !search.grams.isEmpty)
    var (below, count) = (bounds.below, PostgresZones.firstZones)
    while true {
      let rows = try connection.query(sql, [below, String(count)]).rows
      for row in rows {
        let zone = HistoryBounds(from: try row.text("start"), below: try row.text("below"))
        guard zone.below > bounds.from else { return }
        guard try body(HistoryZone(bounds: zone, facets: search.facets(in: row))) else { return }
        below = zone.from
      }
      guard rows.count == count else { return }
      count = PostgresZones.moreZones
    }
  }

  func facets(_ filter: PredictionFilter) throws -> [Int64] {
    let (conditions, values) = HistorySQL.facetConditions(filter)
    return try query(HistorySQL.facets(conditions), values.map(\.postgres)).rows
      .map { try $0.number("facet") }
  }

  func floor(
    _ filter: PredictionFilter, in bounds: HistoryBounds, count: Int
  ) throws -> String? {
    try query(
      """
      SELECT id FROM predictions
      WHERE \(condition(filter)) id < ?::uuid AND id >= ?::uuid
      ORDER BY id DESC LIMIT 1 OFFSET ?::bigint
      """, [bounds.below, bounds.from, String(count - 1)]
    ).rows.first?.text("id")
  }

  func floor(of facets: [Int64], in bounds: HistoryBounds, count: Int) throws -> String? {
    try query(
      """
      SELECT last.id FROM unnest(?::bigint[]) AS facets (number) CROSS JOIN LATERAL (
        SELECT id FROM predictions
        WHERE facet = facets.number AND id < ?::uuid AND id >= ?::uuid
        ORDER BY id DESC LIMIT 1 OFFSET ?::bigint
      ) AS last ORDER BY last.id DESC LIMIT 1
      """, [Self.array(facets), bounds.below, bounds.from, String(count - 1)]
    ).rows.first?.text("id")
  }

  func newest(
    _ count: Int, _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    let (conditions, values) = HistorySQL.recordConditions(filter, like: Self.like)
    return try PredictionRecord.all(
      in: query(
        """
        SELECT \(PredictionColumns.names) FROM predictions
        WHERE \(condition(filter)) id < ?::uuid AND id >= ?::uuid\(conditions)
        ORDER BY id DESC LIMIT ?::bigint
        """, [bounds.below, bounds.from] + values.map(\.postgres) + [String(count)]))
  }

  func newest(
    _ count: Int, of facets: [Int64], _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    let (conditions, values) = HistorySQL.scanConditions(filter, like: Self.like)
    return try PredictionRecord.all(
      in: query(
        """
        SELECT records.* FROM unnest(?::bigint[]) AS facets (number) CROSS JOIN LATERAL (
          SELECT \(PredictionColumns.names) FROM predictions
          WHERE facet = facets.number AND id < ?::uuid AND id >= ?::uuid\(conditions)
          ORDER BY id DESC LIMIT ?::bigint
        ) AS records ORDER BY records.id DESC LIMIT ?::bigint
        """,
        [Self.array(facets), bounds.below, bounds.from] + values.map(\.postgres)
          + [String(count), String(count)]))
  }

  /// Where an index holds only those with a label, they are looked for there.
  private func condition(_ filter: PredictionFilter) -> String {
    HistorySQL.Source(filter) == .labelled ? "true_label IS NOT NULL AND" : ""
  }

  private func query(_ sql: String, _ values: [String?]) throws(PostgresError) -> PostgresRows {
    let statement = PostgresStatement(marked: sql, values)
    return try connection.query(statement.sql, statement.values)
  }

  private static func array(_ facets: [Int64]) -> String {
    PostgresText.array(facets.map { String($0) })
  }
}

extension ZoneSearch {
  /// The facets of a zone in which there may be what is asked for; `nil` when that is not known.
  fileprivate func facets(in row: PostgresRow) throws(PostgresError) -> [Int64]? {
    guard let facets = try row.optional("facets").flatMap(PostgresText.bytes(of:)) else {
      return nil
    }
    let changes = Array(try row.text("changes").utf8)
    let names = try row.optional("names").flatMap(PostgresText.bytes(of:))
    return facets.withUnsafeBytes { facets in
      changes.withUnsafeBytes { changes in
        guard let names else { return self.facets(in: facets, changes: changes, names: nil) }
        return names.withUnsafeBytes { self.facets(in: facets, changes: changes, names: $0) }
      }
    }
  }
}

extension ConditionValue {
  /// The value as PostgreSQL writes it.
  fileprivate var postgres: String {
    switch self {
    case .text(let text): PostgresText.text(text)
    case .number(let number): "\(number)"
    case .flag(let flag): "\(flag)"
    }
  }
}
