import Dataset
import Foundation
import GRDB
import Testing

@testable import Records

@Suite(.timeLimit(.minutes(15))) struct SQLitePredictionStoreTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-records-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "atelier.db") }

  @Test func talliesWhatAnOlderVersionStored() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let records = try TallyConformance.records()
    try storeAsOf("history", records)
    let store = try SQLitePredictionStore(file: file)
    try await TallyConformance(store: store).check(records, .minute)
    try await TallyConformance(store: store).check(records, .hour)
  }

  @Test func makesZonesOfWhatAnOlderVersionStored() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    var generator = SeededGenerator(seed: 31)
    let layout = ZoneLayout.standard
    let records = RandomHistory.records(
      2 * layout.size + layout.margin, versions: 2, using: &generator)
    try storeAsOf("job counts", records)
    let store = try SQLitePredictionStore(file: file)
    // The store makes them by itself; this waits for it.
    while try await store.zoneCount("true") < 2 { await Task.yield() }
    #expect(try await store.zoneCount("late > 0 OR facets IS NULL OR names IS NULL") == 0)
    var filter = PredictionFilter()
    filter.filename = "boot"
    filter.minimumConfidence = 0.99
    var pages = PredictionPages(of: store, matching: filter)
    var found: [String] = []
    while let page = try await pages.next() { found += page.map(\.id) }
    #expect(found == records.filter { filter.accepts($0) }.map(\.id).sorted(by: >))
    try await store.close()
  }

  /// Stores records as a version of the program did that knew some migrations.
  private func storeAsOf(_ migration: String, _ records: [PredictionRecord]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let old = try DatabaseQueue(path: file.path)
    try SQLiteSchema.migrator.migrate(old, upTo: migration)
    try old.write { database in
      let facets = FacetNumbers()
      for record in records {
        let facet = try facets.number(of: Facet(record), in: database)
        try Self.insert(record, facet: facet, in: database)
      }
    }
    try old.close()
  }

  /// Stores a record as versions did that left all counting to the triggers.
  private static func insert(
    _ record: PredictionRecord, facet: Int64, in database: Database
  ) throws {
    let sql = PredictionRow.insert.replacing(", counted", with: "").replacing(", 1)", with: ")")
    try database.cachedStatement(sql: sql).execute { values in
      PredictionRow.append(record, facet: facet, picture: nil, to: &values)
    }
  }

  @Test func countsWhatAServerOfAnOlderVersionStoresBesideIt() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let records = try TallyConformance.records()
    let store = try SQLitePredictionStore(file: file)
    let older = try DatabaseQueue(path: file.path)
    let facets = FacetNumbers()
    for start in stride(from: 0, to: records.count, by: 50) {
      let (own, others) = (records[start..<start + 25], records[start + 25..<start + 50])
      for result in await store.insert(own.map { PredictionInsert($0, picture: nil) }) {
        try result.get()
      }
      try await older.write { database in
        for record in others {
          let facet = try facets.number(of: Facet(record), in: database)
          try Self.insert(record, facet: facet, in: database)
        }
      }
    }
    #expect(try await store.counts().total == records.count)
    for span in TallySpan.allCases { try await TallyConformance(store: store).check(records, span) }
  }

  @Test func recordsThatAreExpectedWaitForEachOtherAndNotForLong() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file)
    // The one waits in vain, the others partly.
    for expected in [[1_000], (0..<400).map { $0 % 3 == 0 ? 7 : 1_000 }] {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for followers in expected {
          group.addTask {
            let insert = PredictionInsert(.sample(), picture: nil)
            try await withCheckedContinuation { continuation in
              store.insert(insert, followers: followers) { continuation.resume(returning: $0) }
            }.get()
          }
        }
        try await group.waitForAll()
      }
    }
    #expect(try await store.counts().total == 401)
    try await store.close()
  }

  @Test func storesAllThatWaitsBeforeItCloses() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file)
    let (results, result) = AsyncStream<Result<Void, RecordsError>>.makeStream()
    // More than one transaction takes.
    let count = 5_000
    for _ in 0..<count {
      store.insert(PredictionInsert(.sample(), picture: nil), followers: 0) { result.yield($0) }
    }
    try await store.close()
    result.finish()
    var stored = 0
    for await result in results {
      try result.get()
      stored += 1
    }
    #expect(stored == count)
  }

  @Test func anotherConnectionSeesARecordAsSoonAsItIsAnswered() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file)
    let reader = try DatabaseQueue(path: file.path)
    for expected in 1...20 {
      try await store.insert(.sample())
      let found = try await reader.read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM predictions")
      }
      #expect(found == expected)
    }
  }

  @Test(arguments: [(Durability.power, "2"), (.process, "1")])
  func usesTheWriteAheadLogAndWaitsForTheDisk(
    durability: Durability, synchronous: String
  ) async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file, durability: durability)
    try await store.insert(.sample())
    #expect(FileManager.default.fileExists(atPath: file.path + "-wal"))
    #expect(try store.settings() == ["wal", synchronous])
  }

  @Test func saysThatAnotherProcessHoldsTheDatabase() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file, busyTimeout: 0.05)
    let other = try DatabaseQueue(path: file.path)
    let (held, hold) = AsyncStream<Void>.makeStream()
    let release = DispatchSemaphore(value: 0)
    async let holder: Void = other.writeWithoutTransaction { database in
      try database.inTransaction(.immediate) {
        hold.finish()
        release.wait()
        return .rollback
      }
    }
    for await _ in held {}
    await #expect(throws: RecordsError.busy) { try await store.insert(.sample()) }
    await #expect(throws: RecordsError.busy) { try await store.ping() }
    release.signal()
    try await holder
    try await store.insert(.sample())
    #expect(try await store.counts().total == 1)
  }

  @Test func saysThatTheDiskIsFull() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file)
    try await store.insert(.sample())
    try store.limitToCurrentSize()
    let long = String(repeating: "x", count: 1_000_000)
    await #expect(throws: RecordsError.diskFull) { try await store.insert(.sample(filename: long)) }
    // Of a group, all or nothing.
    let group = [PredictionRecord.sample(), .sample(filename: long)]
    for result in await store.insert(group.map { PredictionInsert($0, picture: nil) }) {
      #expect(throws: RecordsError.diskFull) { try result.get() }
    }
    #expect(try await store.counts().total == 1)
  }

  @Test func refusesAFileThatIsNoDatabase() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(repeating: 65, count: 8_192).write(to: file)
    #expect(throws: RecordsError.self) { try SQLitePredictionStore(file: file) }
  }

  @Test func countsFollowDeletions() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try SQLitePredictionStore(file: file)
    let record = PredictionRecord.sample()
    try await store.insert(record)
    try await store.insert(.sample())
    let other = try DatabaseQueue(path: file.path)
    try await other.write { database in
      try database.execute(sql: "DELETE FROM predictions WHERE id = ?", arguments: [record.id])
    }
    #expect(try await store.counts().total == 1)
  }
}

extension SQLitePredictionStore {
  /// How the writing connection keeps its journal and waits for the disk.
  fileprivate func settings() throws -> [String] {
    try pool.writeWithoutTransaction { database in
      try ["journal_mode", "synchronous"].compactMap {
        try String.fetchOne(database, sql: "PRAGMA \($0)")
      }
    }
  }

  /// Lets the database grow no further, as on a disk that is full.
  fileprivate func limitToCurrentSize() throws {
    try pool.writeWithoutTransaction { database in
      let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
      try database.execute(sql: "PRAGMA max_page_count = \(pages)")
    }
  }
}
