import Dataset
import Foundation
import Testing

@testable import Records

/// The history when there is hardly time to look at it.
@Suite struct HistoryReaderTests {
  @Test(arguments: [nil, "Bag"] as [String?])
  func aPageThatRunsOutOfTimeSaysWhereToGoOn(className: String?) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "atelier-history-\(UUID().uuidString)", directoryHint: .isDirectory)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
    var generator = SeededGenerator(seed: 3)
    // Too few for a zone.
    let records = RandomHistory.records(
      5 * HistoryReader.scanStep / 2, versions: 2, using: &generator)
    for result in await store.insert(records.map { PredictionInsert($0, picture: nil) }) {
      try result.get()
    }
    var filter = PredictionFilter()
    filter.filename = "IMG"
    filter.predictedClass = className
    let expected = records.filter { filter.accepts($0) }.map(\.id).sorted(by: >)
    var (found, cursor, pages): ([String], PredictionCursor?, Int) = ([], nil, 0)
    repeat {
      let page = try await store.read { [filter, cursor] database in
        try HistoryReader(
          source: SQLiteHistorySource(database: database), filter: filter, scanTime: .zero
        )
        .page(after: cursor, limit: 10_000)
      }
      found += page.records.map(\.id)
      cursor = page.next
      pages += 1
    } while cursor != nil
    #expect(found == expected)
    // Of the class there are fewer than of all.
    #expect(pages >= (className == nil ? 3 : 1))
    let whole = try await store.page(matching: filter, after: nil, limit: 10_000)
    #expect(whole.records.map(\.id).elementsEqual(expected.prefix(whole.records.count)))
    try await store.close()
  }
}
