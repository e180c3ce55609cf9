import Foundation
import NIOCore
import Records
import Testing

@testable import AtelierServer

@Suite struct WorkbookExportsTests {
  /// A store that answers no page before it is told to, and an empty one then.
  private actor WaitingStore: PredictionStore {
    private var readers: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func page(
      matching filter: PredictionFilter, after cursor: PredictionCursor?, limit: Int
    ) async throws(RecordsError) -> PredictionPage {
      await withCheckedContinuation { reader in
        readers.append(reader)
        for watcher in watchers where readers.count >= watcher.count {
          watcher.continuation.resume()
        }
        watchers.removeAll { readers.count >= $0.count }
      }
      return PredictionPage(records: [])
    }

    func reach(_ count: Int) async {
      guard readers.count < count else { return }
      await withCheckedContinuation { watchers.append((count, $0)) }
    }

    func release() {
      for reader in readers { reader.resume() }
      readers = []
    }

    func insert(
      _ record: PredictionRecord, picture: [UInt8]?
    ) async throws(RecordsError) { throw .closed }
    func record(id: String) async throws(RecordsError) -> PredictionRecord? { nil }
    func picture(id: String) async throws(RecordsError) -> [UInt8]? { nil }
    func setLabel(
      _ label: String?, id: String
    ) async throws(RecordsError) -> PredictionRecord? { nil }
    func counts() async throws(RecordsError) -> PredictionCounts { PredictionCounts() }
    func tallies(
      since date: Date, by span: TallySpan
    ) async throws(RecordsError) -> PredictionTallies { throw .closed }
    func ping() async throws(RecordsError) {}
    func close() async throws(RecordsError) {}
  }

  @Test func writesAFewAtATime() async throws {
    let (store, exports) = (WaitingStore(), WorkbookExports())
    let pages = PredictionPages(of: store, matching: PredictionFilter())
    let writing = (0..<2).map { _ in Task { try await exports.workbook(of: pages) } }
    await store.reach(2)
    let refusal = await #expect(throws: APIError.self) { try await exports.workbook(of: pages) }
    #expect(refusal?.code == .overloaded)
    await store.release()
    for task in writing {
      let file = try await task.value
      let bytes = try await file.piece(at: 0)
      #expect(bytes.readableBytes == file.size)
      #expect(try await file.piece(at: file.size).readableBytes == 0)
    }
    // There is room again, also after one that was cancelled.
    let cancelled = Task { try await exports.workbook(of: pages) }
    await store.reach(1)
    cancelled.cancel()
    await store.release()
    _ = await cancelled.result
    let next = (0..<2).map { _ in Task { try await exports.workbook(of: pages) } }
    await store.reach(2)
    await store.release()
    for task in next { _ = try await task.value }
  }
}
