import Foundation
import Records

/// A store whose disk is full.
struct FailingStore: PredictionStore {
  /// What happens before a ping fails.
  var onPing: @Sendable () async -> Void = {}

  func insert(
    _ record: PredictionRecord, picture: [UInt8]?
  ) async throws(RecordsError) { throw .diskFull }
  func record(id: String) async throws(RecordsError) -> PredictionRecord? { throw .diskFull }
  func picture(id: String) async throws(RecordsError) -> [UInt8]? { throw .diskFull }
  func page(
    matching filter: PredictionFilter, after cursor: PredictionCursor?, limit: Int
  ) async throws(RecordsError) -> PredictionPage { throw .diskFull }
  func setLabel(
    _ label: String?, id: String
  ) async throws(RecordsError) -> PredictionRecord? { throw .diskFull }
  func counts() async throws(RecordsError) -> PredictionCounts { throw .diskFull }
  func tallies(
    since date: Date, by span: TallySpan
  ) async throws(RecordsError) -> PredictionTallies { throw .diskFull }
  func ping() async throws(RecordsError) {
    await onPing()
    throw .diskFull
  }
  func close() async throws(RecordsError) {}
}
