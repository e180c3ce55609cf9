import PostgreSQL

/// The zones of PostgreSQL; see `ZoneSchema`.
enum PostgresZones {
  /// The number of the lock that keeps predictions from being stored or labelled, unseen, in a zone that is being
  /// made: whoever changes predictions has a share in it until the commit.
  private static let lock = 0x41_74_65_6c_5a_6f_6e

  /// Zones that are read at first, and then at once.
  static let (firstZones, moreZones) = (16, 256)

  static let create = """
    CREATE TABLE prediction_zones (
      start uuid PRIMARY KEY,
      below uuid NOT NULL,
      late bigint NOT NULL DEFAULT 0,
      changes text NOT NULL DEFAULT '',
      facets bytea,
      names bytea
    );
    CREATE INDEX prediction_zones_to_renew ON prediction_zones (late) WHERE late > 0;

    CREATE FUNCTION zone_changed_predictions() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(\(lock));
      IF EXISTS (SELECT FROM added WHERE id < (
        SELECT below FROM prediction_zones ORDER BY start DESC LIMIT 1
      )) THEN
        PERFORM 1 FROM prediction_zones WHERE start IN (
          SELECT (SELECT max_start.start FROM prediction_zones AS max_start
            WHERE max_start.start <= added.id ORDER BY max_start.start DESC LIMIT 1) FROM added
        ) ORDER BY start FOR NO KEY UPDATE;
        UPDATE prediction_zones AS zones
          SET late = zones.late + CASE TG_OP WHEN 'INSERT' THEN changed.count ELSE 0 END,
            names = CASE TG_OP WHEN 'INSERT' THEN NULL ELSE zones.names END,
            facets = CASE WHEN length(zones.changes || changed.facets) <= \(limit)
              THEN zones.facets END,
            changes = CASE WHEN length(zones.changes || changed.facets) <= \(limit)
              THEN zones.changes || changed.facets ELSE zones.changes END
          FROM (
            SELECT zone.start, count(*) AS count, string_agg(
              lpad(to_hex(added.facet), 8, '0') || lpad(to_hex(least(
                4294967295, floor(greatest(0, added.confidence) * 4294967296.0))::bigint), 8, '0'),
              '') AS facets
            FROM added CROSS JOIN LATERAL (
              SELECT start, below FROM prediction_zones
              WHERE start <= added.id ORDER BY start DESC LIMIT 1
            ) AS zone WHERE added.id < zone.below GROUP BY zone.start
          ) AS changed WHERE zones.start = changed.start;
      END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER zone_inserted_predictions AFTER INSERT ON predictions
      REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION zone_changed_predictions();
    CREATE TRIGGER zone_labelled_predictions AFTER UPDATE ON predictions
      REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION zone_changed_predictions();
    """

  private static let limit = 16 * ZoneSchema.changeLimit

  /// The zones that begin below an identity, the newest first.
  static func zones(withNames: Bool) -> String {
    """
    SELECT start, below, facets, changes, \(withNames ? "names" : "NULL AS names")
    FROM prediction_zones WHERE start < $1::uuid ORDER BY start DESC LIMIT $2::bigint
    """
  }

  /// Makes the next zone. Meanwhile, and until the end of the transaction, nobody stores or labels.
  static func makeNext(
    _ layout: ZoneLayout, in connection: PostgresConnection
  ) throws(PostgresError) -> ZoneTurn {
    try lock(connection)
    return try Table(connection: connection, layout: layout).makeNext()
  }

  /// Removes the zones before the oldest prediction. What comes there from now on is in no zone.
  static func removeEmpty(_ connection: PostgresConnection) throws(PostgresError) {
    try lock(connection)
    try connection.query(
      "DELETE FROM prediction_zones WHERE below <= (SELECT id FROM predictions ORDER BY id LIMIT 1)"
    )
  }

  private static func lock(_ connection: PostgresConnection) throws(PostgresError) {
    try connection.query("SELECT pg_advisory_xact_lock(\(lock))")
  }

  private struct Table: ZoneTable {
    let connection: PostgresConnection
    let layout: ZoneLayout

    func end() throws(PostgresError) -> String? {
      try connection.query("SELECT below FROM prediction_zones ORDER BY start DESC LIMIT 1")
        .rows.first?.text("below")
    }

    func spoilt() throws(PostgresError) -> HistoryBounds? {
      let spoilt = try connection.query(
        "SELECT start, below FROM prediction_zones WHERE late > 0 ORDER BY late DESC LIMIT 1"
      ).rows.first
      guard let spoilt else { return nil }
      return HistoryBounds(from: try spoilt.text("start"), below: try spoilt.text("below"))
    }

    func rows(in bounds: HistoryBounds, _ count: Int) throws(PostgresError) -> [ZoneRow] {
      try connection.query(
        """
        SELECT id, facet, confidence, filename FROM predictions
        WHERE id >= $1::uuid AND id < $2::uuid ORDER BY id LIMIT $3::bigint
        """, [bounds.from, bounds.below, String(count)]
      ).rows.map { row throws(PostgresError) in
        ZoneRow(
          id: try row.text("id"), facet: try row.number("facet"),
          confidence: try row.number("confidence"), filename: try row.text("filename"))
      }
    }

    func insert(_ summary: ZoneSummary, _ bounds: HistoryBounds) throws(PostgresError) {
      try connection.query(
        """
        INSERT INTO prediction_zones (start, below, facets, names)
        VALUES ($1::uuid, $2::uuid, $3::bytea, $4::bytea)
        """,
        [
          bounds.from, bounds.below, PostgresText.bytes(summary.facets),
          summary.names.map(PostgresText.bytes),
        ])
    }

    func delete(_ zone: HistoryBounds) throws(PostgresError) {
      try connection.query("DELETE FROM prediction_zones WHERE start = $1::uuid", [zone.from])
    }
  }
}
