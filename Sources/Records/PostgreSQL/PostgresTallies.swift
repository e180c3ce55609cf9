/// The statements of PostgreSQL that count predictions: how many each facet has, and how many each minute
/// and each hour; see `TallySchema`.
enum PostgresTallies {
  /// Changes the counts by the rows of some tables, as a part of a function in PL/pgSQL.
  ///
  /// - Parameters:
  ///   - changes: The tables with rows of predictions, and what each row of them counts.
  ///   - countsRemovals: Whether rows that count less than nothing are gone for good.
  static func change(
    by changes: [(table: String, count: Int)], countsRemovals: Bool = true
  ) -> String {
    let rows = changes.map { change in
      "SELECT facet, garment, confidence, created_at, \(change.count) AS change FROM \(change.table)"
    }.joined(separator: " UNION ALL ")
    let removals = countsRemovals ? "sum(CASE WHEN change < 0 THEN 1 ELSE 0 END)" : "0"
    return """
      PERFORM 1 FROM prediction_facets
        WHERE facet IN (SELECT facet FROM (\(rows)) AS rows) ORDER BY facet FOR NO KEY UPDATE;
      UPDATE prediction_facets AS facets
        SET predictions = facets.predictions + changes.change,
          removals = facets.removals + changes.removed
        FROM (
          SELECT facet, sum(change) AS change, \(removals) AS removed
          FROM (\(rows)) AS rows GROUP BY facet
        ) AS changes
        WHERE facets.facet = changes.facet AND (changes.change <> 0 OR changes.removed <> 0);
      INSERT INTO prediction_tallies AS tallies (span, period, facet, garment, bin, predictions)
        SELECT span, \(period("span", of: "created_at")), facet, garment,
          greatest(0, least(floor(confidence * \(PredictionTally.binCount)),
            \(PredictionTally.binCount - 1)))::smallint AS bin, sum(change)
        FROM (\(rows)) AS rows, (VALUES \(spans)) AS spans (span)
        GROUP BY 1, 2, 3, 4, 5 HAVING sum(change) <> 0 ORDER BY 1, 2, 3, 4, 5
        ON CONFLICT (span, period, facet, garment, bin)
        DO UPDATE SET predictions = tallies.predictions + excluded.predictions;
      \(changes.contains { $0.count < 0 } ? removeEmpty(rows) : "")
      """
  }

  /// Takes away counts that have become nothing: of the facets of some rows, and their times.
  private static func removeEmpty(_ rows: String) -> String {
    """
    DELETE FROM prediction_tallies AS tallies
        USING (
          SELECT DISTINCT span, \(period("span", of: "created_at")) AS period, facet
          FROM (\(rows)) AS rows, (VALUES \(spans)) AS spans (span)
        ) AS touched
        WHERE tallies.span = touched.span AND tallies.period = touched.period
          AND tallies.facet = touched.facet AND tallies.predictions <= 0;
    """
  }

  private static let spans = TallySpan.allCases.map { "(\($0.rawValue))" }.joined(separator: ", ")

  /// The start of the interval a time lies in.
  private static func period(_ span: String, of time: String) -> String {
    """
    date_trunc(CASE \(span) WHEN \(TallySpan.hour.rawValue) THEN 'hour' ELSE 'minute' END, \
    \(time), 'UTC')
    """
  }

  /// The counts since a time, with what the facets stand for.
  static let select = """
    SELECT model_used, model_version, predicted_class, true_label, uncertain, garment, bin,
      count
    FROM (
      SELECT facet, garment, bin, sum(predictions) AS count FROM prediction_tallies
      WHERE span = $1::smallint AND period >= $2::timestamptz GROUP BY facet, garment, bin
    ) AS counts JOIN prediction_facets USING (facet)
    """
}
