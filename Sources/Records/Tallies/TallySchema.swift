/// The table that holds the counts of each minute and each hour, and what keeps them exact.
///
/// Monitoring asks every few seconds for the last hour or the last month. A month of a busy service is
/// millions of predictions, but some hundred thousand counts at most: a day's 24 hours of each facet,
/// each interval of confidence.
enum TallySchema {
  static let create = """
    CREATE TABLE prediction_tallies (
      span INTEGER NOT NULL,
      period TEXT NOT NULL,
      facet INTEGER NOT NULL,
      garment INTEGER NOT NULL,
      bin INTEGER NOT NULL,
      predictions INTEGER NOT NULL,
      PRIMARY KEY (span, period, facet, garment, bin)
    ) STRICT, WITHOUT ROWID;

    \(TallySpan.allCases.map(fill).joined())
    \(tallyInserted())

    CREATE TRIGGER tally_labelled_predictions AFTER UPDATE OF facet ON predictions BEGIN
      \(TallySpan.allCases.map { remove("old", $0) + add("new", $0) }.joined())
    END;

    CREATE TRIGGER tally_deleted_predictions AFTER DELETE ON predictions BEGIN
      \(TallySpan.allCases.map { remove("old", $0) }.joined())
    END;
    """

  /// The trigger that counts rows that are added.
  ///
  /// - Parameter condition: Which of them; `nil` for all.
  static func tallyInserted(when condition: String? = nil) -> String {
    let which = condition.map { "WHEN \($0) " } ?? ""
    return """
      CREATE TRIGGER tally_inserted_predictions AFTER INSERT ON predictions \(which)BEGIN
        \(TallySpan.allCases.map { add("new", $0) }.joined())
      END;
      """
  }

  /// Adds to a count: its span, period, facet, garment and bin, and how many.
  static let add = """
    INSERT INTO prediction_tallies VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET predictions = predictions + excluded.predictions
    """

  private static func period(_ row: String, _ span: TallySpan) -> String {
    "substr(\(row).created_at, 1, \(span.rawValue))"
  }

  private static func bin(_ row: String) -> String {
    "min(CAST(\(row).confidence * \(PredictionTally.binCount) AS INTEGER), "
      + "\(PredictionTally.binCount - 1))"
  }

  /// Counts what was there before the table was.
  private static func fill(_ span: TallySpan) -> String {
    """
    INSERT INTO prediction_tallies
      SELECT \(span.rawValue), \(period("predictions", span)), facet, garment,
        \(bin("predictions")), count(*)
      FROM predictions GROUP BY 2, 3, 4, 5;

    """
  }

  private static func add(_ row: String, _ span: TallySpan) -> String {
    """
    INSERT INTO prediction_tallies VALUES (
        \(span.rawValue), \(period(row, span)), \(row).facet, \(row).garment, \(bin(row)), 1
      ) ON CONFLICT DO UPDATE SET predictions = predictions + 1;

    """
  }

  private static func remove(_ row: String, _ span: TallySpan) -> String {
    let condition = """
      WHERE span = \(span.rawValue) AND period = \(period(row, span)) AND facet = \(row).facet
          AND garment = \(row).garment AND bin = \(bin(row))
      """
    return """
      UPDATE prediction_tallies SET predictions = predictions - 1
          \(condition);
        DELETE FROM prediction_tallies
          \(condition) AND predictions <= 0;

      """
  }

  /// The counts since a time, with what the facets stand for.
  static let select = """
    SELECT model_used, model_version, predicted_class, true_label, uncertain, garment, bin, count
    FROM (
      SELECT facet, garment, bin, sum(predictions) AS count FROM prediction_tallies
      WHERE span = ? AND period >= ? GROUP BY facet, garment, bin
    ) JOIN prediction_facets USING (facet)
    """
}
