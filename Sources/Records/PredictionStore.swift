/// Where predictions are kept.
public protocol PredictionStore: Sendable {
  /// Stores a record.
  ///
  /// Records that arrive together may share a transaction. The call returns only after the record's
  /// transaction is committed: from then on the record survives the death of the process.
  ///
  /// - Throws: ``RecordsError`` when the record is not stored.
  func insert(_ record: PredictionRecord) async throws(RecordsError)

  /// The record with an identity, or `nil`.
  func record(id: String) async throws(RecordsError) -> PredictionRecord?

  /// How many predictions there are.
  func counts() async throws(RecordsError) -> PredictionCounts

  /// Checks that records can be read and written.
  func ping() async throws(RecordsError)

  /// Stores what is waiting, then closes the database; later calls throw ``RecordsError/closed``.
  func close() async throws(RecordsError)
}
