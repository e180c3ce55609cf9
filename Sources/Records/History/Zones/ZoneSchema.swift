/// The table of zones, and what keeps it true.
///
/// Zones follow each other without a gap, from the least identity to below the newest predictions. They are made
/// after predictions are stored, of some thousand at once, so that storing one costs no more than a look at where
/// the last zone ends.
enum ZoneSchema {
  /// Changes of a zone, 16 characters each, that are noted before its facets are given up.
  static let changeLimit = 512

  static let create = """
    CREATE TABLE prediction_zones (
      start TEXT NOT NULL PRIMARY KEY,
      below TEXT NOT NULL,
      late INTEGER NOT NULL DEFAULT 0,
      changes TEXT NOT NULL DEFAULT '',
      facets BLOB,
      names BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX prediction_zones_to_renew ON prediction_zones (late) WHERE late > 0;

    CREATE TRIGGER zone_inserted_predictions AFTER INSERT ON predictions
    WHEN \(isInZone) BEGIN
      UPDATE prediction_zones SET late = late + 1, names = NULL, \(change)
        WHERE start = (SELECT max(start) FROM prediction_zones WHERE start <= new.id);
    END;

    CREATE TRIGGER zone_labelled_predictions AFTER UPDATE OF facet ON predictions
    WHEN \(isInZone) BEGIN
      UPDATE prediction_zones SET \(change)
        WHERE start = (SELECT max(start) FROM prediction_zones WHERE start <= new.id);
    END;
    """

  private static let isInZone =
    "new.id < (SELECT below FROM prediction_zones ORDER BY start DESC LIMIT 1)"

  /// Notes the facet of a prediction and the code of its confidence, as `ZoneSummary.code` makes it.
  private static let change = """
    facets = CASE WHEN length(changes) < \(16 * changeLimit) THEN facets END,
        changes = CASE WHEN length(changes) < \(16 * changeLimit) THEN changes || printf(
          '%08x%08x', new.facet,
          min(4294967295, CAST(max(0, new.confidence) * 4294967296.0 AS INTEGER))
        ) ELSE changes END
    """
}

/// The statements of SQLite that make and read zones.
enum ZoneSQL {
  /// Where the newest zone ends.
  static let end = "SELECT below FROM prediction_zones ORDER BY start DESC LIMIT 1"

  /// The zone to which most predictions came late.
  static let spoilt = """
    SELECT start, below FROM prediction_zones WHERE late > 0 ORDER BY late DESC LIMIT 1
    """

  /// What predictions from an identity on are summed up by, the oldest first.
  static let rows = """
    SELECT id, facet, confidence, filename FROM predictions
    WHERE id >= ? AND id < ? ORDER BY id LIMIT ?
    """

  static let insert = """
    INSERT INTO prediction_zones (start, below, facets, names) VALUES (?, ?, ?, ?)
    """

  static let delete = "DELETE FROM prediction_zones WHERE start = ?"

  /// Removes the zones before the oldest prediction. What comes there from now on is in no zone.
  static let deleteEmpty = """
    DELETE FROM prediction_zones WHERE below <= (SELECT min(id) FROM predictions)
    """

  /// The zones that begin below an identity, the newest first.
  static func zones(withNames: Bool) -> String {
    """
    SELECT start, below, facets, changes\(withNames ? ", names" : "") FROM prediction_zones
    WHERE start < ? ORDER BY start DESC
    """
  }
}
