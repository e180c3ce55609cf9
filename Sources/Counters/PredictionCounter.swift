public import Records

/// Counts of predictions outside the database, that several servers share.
public protocol PredictionCounter: Sendable {
  /// Notes that predictions were stored. Returns at once, and never fails.
  func predictionsWereStored()

  /// How many predictions there are, with all that this server stored before the call.
  ///
  /// - Throws: ``CounterError`` when the counts cannot be had; the database has them too.
  func counts() async throws(CounterError) -> PredictionCounts
}
