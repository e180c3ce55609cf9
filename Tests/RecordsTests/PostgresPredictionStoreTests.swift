import Dataset
import Foundation
import PostgreSQL
import PostgresSupport
import Testing

@testable import Records

/// What is PostgreSQL's own: migrations of many servers, months, and a server that goes away.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresPredictionStoreTests {
  @Test func manyServersMayStartTogether() async throws {
    let address = try PostgresServer.newDatabase()
    let stores = try await withThrowingTaskGroup(of: PostgresPredictionStore.self) { group in
      for _ in 0..<6 {
        group.addTask {
          // Opening blocks its thread, which tasks must not have too few of.
          try await onThread { try PostgresPredictionStore(address, connections: 2) }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for store in stores {
        for _ in 0..<50 { group.addTask { try await store.insert(.sample()) } }
      }
      try await group.waitForAll()
    }
    #expect(try await stores[0].counts().total == 300)
  }

  @Test func aMigrationThatFailsLeavesNothing() async throws {
    let address = try PostgresServer.newDatabase()
    let broken =
      PostgresSchema.migrations + [
        PostgresMigration(
          name: "broken",
          sql: "CREATE TABLE half (id bigint); INSERT INTO half VALUES ('no number')")
      ]
    let error = #expect(throws: RecordsError.self) {
      try PostgresPredictionStore(address, 1, broken)
    }
    #expect(error?.description.contains("no number") == true)
    let connection = try PostgresConnection(address)
    let tables = try connection.query("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")
      .rows.map { try $0.text("relname") }.filter { !$0.hasPrefix("pg_") && !$0.hasPrefix("sql_") }
    #expect(tables == [])
    let store = try PostgresPredictionStore(address)
    try await store.insert(.sample())
  }

  @Test func opensOnlyADatabaseOfItsOwnSchema() async throws {
    let address = try PostgresServer.newDatabase()
    func message(_ open: () throws -> PostgresPredictionStore) -> String {
      do {
        _ = try open()
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message { try PostgresPredictionStore(existing: address) }.contains("has no tables"))
    _ = try PostgresPredictionStore(address, 1, Array(PostgresSchema.migrations.dropLast()))
    #expect(message { try PostgresPredictionStore(existing: address) }.contains("older version"))
    _ = try PostgresPredictionStore(address)
    try PostgresConnection(address).query("INSERT INTO atelier_migrations VALUES ('of tomorrow')")
    #expect(message { try PostgresPredictionStore(address) }.contains("newer version"))
    #expect(message { try PostgresPredictionStore(existing: address) }.contains("newer version"))
  }

  /// As in an upgrade that replaces servers one after the other: those of this version go on, also with what
  /// they have prepared, while one of the next changes the schema, and both store.
  @Test func serversOfTwoVersionsStoreTogether() async throws {
    let address = try PostgresServer.newDatabase()
    let old = try PostgresPredictionStore(address)
    let migrations =
      PostgresSchema.migrations + [
        PostgresMigration(
          name: "of tomorrow",
          sql: """
            ALTER TABLE predictions ADD COLUMN tomorrow text;
            CREATE INDEX predictions_tomorrow ON predictions (tomorrow);
            CREATE TABLE of_tomorrow (id bigint)
            """)
      ]
    let loads = (0..<4).map { _ in
      Task {
        var stored: [String] = []
        while !Task.isCancelled {
          let record = PredictionRecord.sample()
          do {
            try await old.insert(record, picture: [1, 2])
            stored.append(record.id)
            _ = try await old.setLabel("Bag", id: record.id)
            #expect(try await old.record(id: record.id)?.trueLabel == "Bag")
          } catch {
            Issue.record(error)
            break
          }
        }
        return stored
      }
    }
    try await waitForGrowth(of: old)
    let new = try await onThread { try PostgresPredictionStore(address, 2, migrations) }
    let added = (0..<20).map { _ in PredictionRecord.sample() }
    for record in added { try await new.insert(record) }
    try await waitForGrowth(of: old)
    for load in loads { load.cancel() }
    var stored = Set(added.map(\.id))
    for load in loads { stored.formUnion(await load.value) }
    for store in [old, new] {
      #expect(try await store.counts().total == stored.count)
      var pages = PredictionPages(of: store, matching: PredictionFilter())
      var found: Set<String> = []
      while let page = try await pages.next() { found.formUnion(page.map(\.id)) }
      #expect(found == stored)
    }
    // One that starts now says that it is too old, and changes nothing.
    #expect(throws: RecordsError.self) { try PostgresPredictionStore(address) }
    try await new.insert(.sample())
  }

  /// What a server of a version without zones stores and labels is found by those that pass zones.
  @Test func serversThatKnowNoZonesKeepThemTrue() async throws {
    let address = try PostgresServer.newDatabase()
    let older = Array(PostgresSchema.migrations.prefix { $0.name != "zones" })
    let old = try PostgresPredictionStore(address, 2, older)
    var generator = SeededGenerator(seed: 41)
    let records = RandomHistory.records(400, versions: 2, using: &generator)
    func insert(_ records: some Collection<PredictionRecord>) async throws {
      for result in await old.insert(records.map { PredictionInsert($0, picture: nil) }) {
        try result.get()
      }
    }
    try await insert(records.filter { $0.id.utf8.last != UInt8(ascii: "7") })
    let new = try await onThread { try PostgresPredictionStore(address) }
    try await new.makeZones(ZoneLayout(size: 32, margin: 8))
    #expect(try await new.zoneCount("true") > 8)
    let late = records.filter { $0.id.utf8.last == UInt8(ascii: "7") }
    try await insert(late)
    let unlabelled = try #require(records.first { $0.trueLabel == nil })
    _ = try await old.setLabel("Coat", id: unlabelled.id)

    var filter = PredictionFilter()
    filter.filename = "."
    filter.label = .labelled
    let expected = records.filter { filter.accepts($0) || $0.id == unlabelled.id }.map(\.id)
    for name in ["png", "IMG_1", "."] {
      filter.filename = name
      var pages = PredictionPages(of: new, matching: filter, size: 20)
      var found: [String] = []
      while let page = try await pages.next() { found += page.map(\.id) }
      let named = records.filter { $0.filename.lowercased().contains(name.lowercased()) }.map(\.id)
      #expect(found == Set(expected).intersection(named).sorted(by: >))
    }
  }

  /// Servers whose clocks are wrong make identities of other months; they are kept in their place.
  @Test func keepsPredictionsOfAnyTime() async throws {
    let store = try PostgresPredictionStore(PostgresServer.newDatabase())
    let records = [4e9, 1_790_000_000, 1_000_000_000, 86_400, 0].map {
      PredictionRecord.sample(at: Date(timeIntervalSince1970: $0))
    }
    for record in records.shuffled() { try await store.insert(record) }
    var pages = PredictionPages(of: store, matching: PredictionFilter(), size: 2)
    var found: [PredictionRecord] = []
    while let page = try await pages.next() { found += page }
    #expect(found == records)
    let tooLate = PredictionRecord.sample(at: Date(timeIntervalSince1970: 260_000_000_000))
    await #expect(throws: RecordsError.self) { try await store.insert(tooLate) }
  }

  @Test func monthsGoWithTheirTables() async throws {
    let store = try PostgresPredictionStore(PostgresServer.newDatabase())
    let days = ["2026-01-31T23:59:59.999Z", "2026-02-01T00:00:00Z", "2026-03-15T12:00:00Z"]
    for day in days {
      let date = try #require(Timestamp.date(day))
      for engine in ["ONNX", "PyTorch"] {
        try await store.insert(.sample(at: date, modelUsed: engine), picture: [1, 2])
      }
    }
    func tables() async throws -> [String] {
      try await store.pool.query(
        "SELECT relname FROM pg_class WHERE relname ~ '^predictions_2026_0.$' ORDER BY 1"
      ).rows.map { try $0.text("relname") }
    }
    #expect(
      try await tables()
        == [
          "predictions_2026_01", "predictions_2026_02", "predictions_2026_03",
          "predictions_2026_04",
        ])
    let bound = try #require(Timestamp.date("2026-03-20T00:00:00Z"))
    var progress: [Int] = []
    #expect(try await store.removePredictions(before: bound) { progress.append($0) } == 6)
    #expect(progress == [2, 4, 6])
    #expect(try await tables() == ["predictions_2026_03", "predictions_2026_04"])
    let counts = try await store.counts()
    #expect(counts == PredictionCounts([:], revision: 12))
    let tallies = try await store.tallies(since: Date(timeIntervalSince1970: 0), by: .hour)
    #expect(tallies.tallies == [])
    // The month is there again when it is needed.
    let late = PredictionRecord.sample(at: try #require(Timestamp.date(days[0])))
    try await store.insert(late, picture: [3])
    #expect(try await store.picture(id: late.id) == [3])
  }

  @Test func aRecordThatTheDatabaseRefusesFailsAlone() async throws {
    let store = try PostgresPredictionStore(PostgresServer.newDatabase())
    var bad = PredictionRecord.sample()
    // More than an index takes.
    bad.predictedClass = (0..<20_000).map { _ in String(UInt8.random(in: 0...255)) }.joined()
    await withTaskGroup(of: Void.self) { group in
      for index in 0..<40 {
        group.addTask { [bad] in
          if index == 20 {
            await #expect(throws: RecordsError.self) { try await store.insert(bad) }
          } else {
            await #expect(throws: Never.self) { try await store.insert(.sample()) }
          }
        }
      }
    }
    #expect(try await store.counts().total == 39)
  }

  @Test func replacesWhatPostgreSQLCannotKeep() async throws {
    let store = try PostgresPredictionStore(PostgresServer.newDatabase())
    let record = PredictionRecord.sample(filename: "a\0b")
    try await store.insert(record)
    #expect(try await store.record(id: record.id)?.filename == "a\u{FFFD}b")
    #expect(try await store.record(id: "no identity") == nil)
    #expect(try await store.picture(id: "'") == nil)
  }

  /// Two servers store and label predictions of the same few facets at the same time.
  @Test func countsStayExactWhenServersShareThem() async throws {
    let address = try PostgresServer.newDatabase()
    let stores = try [PostgresPredictionStore(address), PostgresPredictionStore(address)]
    let records = (0..<400).map { index in
      PredictionRecord.sample(predictedClass: ["Bag", "Coat", "Shirt"][index % 3])
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, record) in records.enumerated() {
        group.addTask {
          try await stores[index % 2].insert(record)
          // What the other server has answered is there.
          _ = try await stores[(index + 1) % 2].setLabel(["Bag", "Coat"][index % 2], id: record.id)
        }
      }
      try await group.waitForAll()
    }
    let counts = try await stores[1].counts()
    #expect(counts.byClass == ["Bag": 134, "Coat": 133, "Shirt": 133])
    let tallies = try await stores[0].tallies(since: .distantPast, by: .minute).tallies
    #expect(tallies.allSatisfy { $0.trueLabel != nil })
    #expect(tallies.reduce(0) { $0 + $1.count } == 400)
  }

  @Test func pointsToPostgreSQLsOwnBackups() async throws {
    let store = try PostgresPredictionStore(PostgresServer.newDatabase())
    let error = await #expect(throws: RecordsError.self) {
      try await store.backUp(to: URL(filePath: "/nowhere/copy.db"))
    }
    #expect(error?.description.contains("pg_dump") == true)
  }

  @Test func saysWhyItCannotBeOpened() throws {
    let closed = #expect(throws: RecordsError.self) {
      try PostgresPredictionStore(PostgresAddress(url: "postgres://me:secret@127.0.0.1:1/db"))
    }
    let message = closed?.description ?? ""
    #expect(message.contains("postgres://127.0.0.1:1/db"))
    #expect(message.contains("refused"))
    #expect(!message.contains("secret"))
  }

  /// The server is stopped like in a crash and started again, twice, while records are stored.
  @Test func losesNothingThatWasAnsweredWhenTheServerRestarts() async throws {
    let server = try PostgresServer()
    let store = try PostgresPredictionStore(PostgresAddress(url: server.makeDatabase()))
    let loads = (0..<8).map { _ in
      Task {
        var (stored, failed): ([String], Int) = ([], 0)
        while !Task.isCancelled {
          let record = PredictionRecord.sample()
          do {
            try await store.insert(record)
            stored.append(record.id)
          } catch RecordsError.unreachable {
            failed += 1
            await Task.yield()
          }
        }
        return (stored, failed)
      }
    }
    for _ in 0..<2 {
      try await waitForGrowth(of: store)
      server.stop()
      await #expect(throws: RecordsError.self) { try await store.ping() }
      try server.start()
      try await waitForGrowth(of: store)
    }
    for load in loads { load.cancel() }
    var (stored, failed): (Set<String>, Int) = ([], 0)
    for load in loads {
      let result = try await load.value
      stored.formUnion(result.0)
      failed += result.1
    }
    #expect(failed > 0)
    var pages = PredictionPages(of: store, matching: PredictionFilter())
    var found: Set<String> = []
    while let page = try await pages.next() { found.formUnion(page.map(\.id)) }
    #expect(stored.subtracting(found) == [])
    #expect(try await store.counts().total == found.count)
    try await store.close()
  }

  /// Waits until records are stored, and more are.
  private func waitForGrowth(of store: PostgresPredictionStore) async throws {
    var first: Int?
    while true {
      try Task.checkCancellation()
      if let total = try? await store.counts().total {
        if let first, total > first { return }
        first = first ?? total
      }
      await Task.yield()
    }
  }
}

/// Runs what blocks on a thread of its own.
private func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}
