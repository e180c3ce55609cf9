import Records

/// A store whose disk is full.
struct FailingStore: PredictionStore {
  func insert(_ record: PredictionRecord) async throws(RecordsError) { throw .diskFull }
  func record(id: String) async throws(RecordsError) -> PredictionRecord? { throw .diskFull }
  func counts() async throws(RecordsError) -> PredictionCounts { throw .diskFull }
  func ping() async throws(RecordsError) { throw .diskFull }
  func close() async throws(RecordsError) {}
}
