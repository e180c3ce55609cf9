import Foundation
import GRDB
import Testing

@testable import Records

/// Old databases, removal of old predictions, and copies.
@Suite struct RetentionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-retention-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "atelier.db") }

  private func withStore(_ body: (SQLitePredictionStore) async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(SQLitePredictionStore(file: file))
  }

  private static let start = Date(timeIntervalSince1970: 1_790_000_000)

  /// Records a second apart, each with a picture.
  private func insert(_ count: Int, into store: SQLitePredictionStore) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<count {
        let record = PredictionRecord.sample(
          at: Self.start + Double(index), modelUsed: ["ONNX", "PyTorch"][index % 2],
          trueLabel: index % 3 == 0 ? "Bag" : nil)
        group.addTask { try await store.insert(record, picture: [UInt8](repeating: 1, count: 784)) }
      }
      try await group.waitForAll()
    }
  }

  @Test func removesWhatIsOlderAndCountsTheRest() async throws {
    try await withStore { store in
      try await insert(2_500, into: store)
      let bound = Self.start + 2_100
      #expect(try await store.count(before: bound) == 2_100)
      var progress: [Int] = []
      let removed = try await store.removePredictions(before: bound) { progress.append($0) }
      #expect(removed == 2_100)
      #expect(progress == [1_000, 2_000, 2_100])
      let counts = try await store.counts()
      #expect(counts.byEngine == ["ONNX": 200, "PyTorch": 200])
      #expect(counts.revision == 2_500 + 2_100)
      let left = try await store.page(matching: PredictionFilter(), after: nil, limit: 1_000)
      #expect(left.records.count == 400)
      #expect(left.records.allSatisfy { $0.createdAt >= bound })
      #expect(try rows(in: "prediction_pictures") == 400)
      #expect(try await store.removePredictions(before: bound) == 0)
    }
  }

  private func rows(in table: String) throws -> Int? {
    try DatabaseQueue(path: file.path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)")
    }
  }

  @Test func othersInsertWhileItRemoves() async throws {
    try await withStore { store in
      try await insert(3_000, into: store)
      let other = try SQLitePredictionStore(existing: file)
      async let removed = store.removePredictions(before: Self.start + 3_000)
      for _ in 0..<50 { try await other.insert(.sample()) }
      #expect(try await removed == 3_000)
      #expect(try await other.counts().total == 50)
    }
  }

  @Test func stopsWhenItIsCancelled() async throws {
    try await withStore { store in
      try await insert(2_500, into: store)
      let task = Task {
        try await store.removePredictions(before: .now) { _ in
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
      #expect(try await task.value == 1_000)
      #expect(try await store.counts().total == 1_500)
    }
  }

  @Test func backsUpWhileOthersInsert() async throws {
    try await withStore { store in
      try await insert(1_000, into: store)
      let copy = folder.appending(path: "copy.db")
      let reader = try SQLitePredictionStore(existing: file)
      async let inserting: Void = insert(500, into: store)
      try await reader.backUp(to: copy)
      try await inserting
      let copied = try SQLitePredictionStore(existing: copy)
      let total = try await copied.counts().total
      #expect((1_000...1_500).contains(total))
      let page = try await copied.page(matching: PredictionFilter(), after: nil, limit: 2_000)
      #expect(page.records.count == total)
      for record in page.records.prefix(10) {
        #expect(try await store.record(id: record.id) == record)
        #expect(try await copied.picture(id: record.id)?.count == 784)
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.filter { $0.hasPrefix(".") } == [])
    }
  }

  @Test func doesNotOverwriteAFileWithABackup() async throws {
    try await withStore { store in
      let precious = folder.appending(path: "precious")
      try Data("keep".utf8).write(to: precious)
      await #expect(
        throws: RecordsError.cannotBackUp(
          path: precious.path, reason: "there is such a file already")
      ) { try await store.backUp(to: precious) }
      #expect(try Data(contentsOf: precious) == Data("keep".utf8))
      await #expect(throws: RecordsError.self) {
        try await store.backUp(to: folder.appending(path: "missing/copy.db"))
      }
    }
  }

  @Test func opensOnlyADatabaseThatIsThere() throws {
    let error = #expect(throws: RecordsError.self) { try SQLitePredictionStore(existing: file) }
    #expect(error?.description.contains("there is no such file") == true)
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  @Test func refusesADatabaseOfANewerProgram() async throws {
    try await withStore { store in
      try await store.close()
      try await DatabaseQueue(path: file.path).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('of tomorrow')")
      }
      for open in [
        { try SQLitePredictionStore(file: file) }, { try SQLitePredictionStore(existing: file) },
      ] {
        let error = #expect(throws: RecordsError.self) { _ = try open() }
        #expect(error?.description.contains("newer version") == true)
      }
    }
  }

  @Test func bringsAnOldDatabaseUpToDate() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let old = try DatabaseQueue(path: file.path)
    try SQLiteSchema.migrator.migrate(old, upTo: "garments")
    let identities = (0..<6).map { RecordID.make(at: Self.start + Double($0)) }
    try await old.write { database in
      for (index, id) in identities.enumerated() {
        try database.execute(
          sql: """
            INSERT INTO predictions VALUES (?, '2026-09-21T14:13:20.125Z', 'r', 'boot.png', ?, 'v1',
              'Bag', 0.9, 1, '[]', ?, 'auto', 'key', 'hash', ?, 1)
            """,
          arguments: [
            id, ["ONNX", "PyTorch"][index % 2], index == 0, index == 1 ? "Coat" : nil,
          ])
      }
    }
    try old.close()
    let outdated = #expect(throws: RecordsError.self) { try SQLitePredictionStore(existing: file) }
    #expect(outdated?.description.contains("older version") == true)
    let store = try SQLitePredictionStore(file: file)
    let counts = try await store.counts()
    #expect(counts.byEngine == ["ONNX": 3, "PyTorch": 3])
    #expect(counts.revision == 6)
    var filter = PredictionFilter()
    filter.label = .wrong
    let wrong = try await store.page(matching: filter, after: nil, limit: 10)
    #expect(wrong.records.map(\.id) == [identities[1]])
    filter.label = .unlabelled
    filter.isUncertain = false
    let others = try await store.page(matching: filter, after: nil, limit: 10)
    #expect(others.records.map(\.id) == identities[2...].reversed())
    try await store.insert(.sample())
    #expect(try await store.counts().total == 7)
  }
}
