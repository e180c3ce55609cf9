import Foundation
import GRDB
import Testing

@testable import Records

/// Old databases, removal of old predictions, and copies.
@Suite(.serialized) struct RetentionTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-retention-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "atelier.db") }

  private func withStore(_ body: (SQLitePredictionStore) async throws -> Void) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(SQLitePredictionStore(file: file))
  }

  @Test func removesPicturesWithTheirPredictions() async throws {
    try await withStore { store in
      try await RetentionConformance.insert(1_200, into: store)
      _ = try await store.removePredictions(before: RetentionConformance.start + 1_100)
      #expect(try rows(in: "prediction_pictures") == 100)
    }
  }

  private func rows(in table: String) throws -> Int? {
    try DatabaseQueue(path: file.path).read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)")
    }
  }

  @Test func backsUpWhileOthersInsert() async throws {
    try await withStore { store in
      try await RetentionConformance.insert(1_000, into: store)
      let copy = folder.appending(path: "copy.db")
      let reader = try SQLitePredictionStore(existing: file)
      async let inserting: Void = RetentionConformance.insert(500, into: store)
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
    let identities = (0..<6).map { RecordID.make(at: RetentionConformance.start + Double($0)) }
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
