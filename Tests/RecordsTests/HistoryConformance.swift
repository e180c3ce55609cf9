import Classification
import Dataset
import Foundation
import Testing

@testable import Records

/// What every store must do with the history, whichever database it keeps it in.
///
/// A suite of a store makes an empty one for each check.
struct HistoryConformance {
  let store: any PredictionStore

  /// Pages of any size hold what the same conditions let through of an array.
  func filtersAsAnArrayDoes() async throws {
    var generator = SeededGenerator(seed: 7)
    let records = RandomHistory.records(600, versions: 3, using: &generator)
    try await insert(records)
    let newestFirst = records.sorted { $0.id > $1.id }
    for _ in 0..<150 {
      let filter = RandomHistory.filter(for: records, using: &generator)
      let expected = newestFirst.filter { filter.accepts($0) }
      let size = [1, 7, 50, 1_000].randomElement(using: &generator) ?? 1
      #expect(try await all(filter, size: size) == expected, "\(filter), \(size)")
    }
  }

  /// The same, with more combinations of conditions than are merged without a look at the table.
  func filtersManyFacets() async throws {
    var generator = SeededGenerator(seed: 8)
    let records = RandomHistory.records(1_500, versions: 30, using: &generator)
    try await insert(records)
    let newestFirst = records.sorted { $0.id > $1.id }
    var filters = [PredictionFilter(), PredictionFilter(), PredictionFilter()]
    filters[0].isUncertain = false
    filters[1].label = .unlabelled
    filters[2].label = .wrong
    for filter in filters {
      let expected = newestFirst.filter { filter.accepts($0) }
      #expect(expected.count > 10)
      for size in [9, 400] { #expect(try await all(filter, size: size) == expected) }
    }
  }

  /// Everything that was there when the reading began comes once, whatever is stored meanwhile.
  func pagesWhileOthersInsert() async throws {
    var generator = SeededGenerator(seed: 9)
    let records = RandomHistory.records(400, versions: 2, using: &generator)
    try await insert(records)
    var facets = PredictionFilter()
    facets.isUncertain = false
    for filter in [PredictionFilter(), facets] {
      var pages = PredictionPages(of: store, matching: filter, size: 7)
      var found: [String] = []
      while let page = try await pages.next() {
        found += page.map(\.id)
        // Newer than all others, among them some that the filter lets through.
        try await insert(
          (0..<5).map { index in
            var record = PredictionRecord.sample()
            record.isUncertain = index % 2 == 0
            return record
          })
      }
      let expected = records.filter { filter.accepts($0) }.map(\.id).sorted(by: >)
      #expect(found.filter(Set(expected).contains) == expected)
      #expect(Set(found).count == found.count)
    }
  }

  /// A text that hardly any file name has is found, however many predictions are newer.
  func looksForARareName() async throws {
    try await insert((0..<HistoryReader.scanLimit + 500).map { _ in .sample(filename: "a.png") })
    let rare = PredictionRecord.sample(
      at: Date(timeIntervalSince1970: 1_000), filename: "100%_Boot.png")
    try await insert([rare])
    var named = PredictionFilter()
    named.filename = "0%_boot"
    var both = named
    both.predictedClass = rare.predictedClass
    for filter in [named, both] {
      // How far a page looks depends on the time that it takes, and on what was summed up by now.
      var page = try await store.page(matching: filter, after: nil, limit: 10)
      while page.records.isEmpty, let next = page.next {
        page = try await store.page(matching: filter, after: next, limit: 10)
      }
      #expect(page == PredictionPage(records: [rare]))
    }
    // Signs of patterns stand for themselves.
    named.filename = "0__b"
    #expect(try await all(named, size: 10).isEmpty)
  }

  func keepsLabels() async throws {
    let record = PredictionRecord.sample(predictedClass: "Bag")
    try await insert([record, .sample(predictedClass: "Coat")])
    let counts = try await store.counts()
    var filter = PredictionFilter()
    for (label, state) in [("Bag", LabelState.right), ("Coat", .wrong), (nil, .unlabelled)] {
      let labelled = try #require(try await store.setLabel(label, id: record.id))
      #expect(labelled.trueLabel == label)
      #expect(try await store.record(id: record.id) == labelled)
      for other in LabelState.allCases {
        filter.label = other
        let expected = other == state || (other == .labelled && label != nil)
        let found = try await all(filter, size: 10).contains(labelled)
        #expect(found == expected, "\(state) \(other)")
      }
      #expect(try await store.counts() == counts)
    }
    #expect(try await store.setLabel("Bag", id: RecordID.make()) == nil)
  }

  func keepsPictures() async throws {
    let picture = (0..<784).map { UInt8($0 % 256) }
    let (seen, unseen) = (PredictionRecord.sample(), PredictionRecord.sample())
    try await store.insert(seen, picture: picture)
    try await store.insert(unseen)
    #expect(try await store.picture(id: seen.id) == picture)
    #expect(try await store.picture(id: unseen.id) == nil)
    await #expect(throws: RecordsError.duplicate(id: seen.id)) {
      try await store.insert(seen, picture: [UInt8](repeating: 0, count: 784))
    }
    #expect(try await store.picture(id: seen.id) == picture)
  }

  /// Stores records, not more at once than a store lets wait.
  private func insert(_ records: [PredictionRecord]) async throws {
    for start in stride(from: 0, to: records.count, by: 1_000) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for record in records[start..<min(start + 1_000, records.count)] {
          group.addTask { try await store.insert(record) }
        }
        try await group.waitForAll()
      }
    }
  }

  private func all(_ filter: PredictionFilter, size: Int) async throws -> [PredictionRecord] {
    var pages = PredictionPages(of: store, matching: filter, size: size)
    var records: [PredictionRecord] = []
    while let page = try await pages.next() {
      #expect((1...size).contains(page.count))
      records += page
    }
    return records
  }
}

extension PredictionFilter {
  /// Whether a record meets the conditions, said in Swift.
  func accepts(_ record: PredictionRecord) -> Bool {
    let isLabelled =
      switch label {
      case nil: true
      case .unlabelled: record.trueLabel == nil
      case .labelled: record.trueLabel != nil
      case .right: record.trueLabel == record.predictedClass
      case .wrong: record.trueLabel != nil && record.trueLabel != record.predictedClass
      }
    return isLabelled && record.createdAt >= from ?? .distantPast
      && record.createdAt < to ?? .distantFuture
      && record.predictedClass == predictedClass ?? record.predictedClass
      && record.modelUsed == modelUsed ?? record.modelUsed
      && record.modelVersion == modelVersion ?? record.modelVersion
      && record.confidence >= minimumConfidence ?? 0
      && record.requestID == requestID ?? record.requestID
      && record.isUncertain == isUncertain ?? record.isUncertain
      && (filename.map { record.filename.lowercased().contains($0.lowercased()) } ?? true)
  }
}
