import Dataset
import Foundation
import PostgresSupport
import Testing

@testable import Records

/// The way from SQLite to PostgreSQL.
@Suite(.serialized, .timeLimit(.minutes(15))) struct HistoryMigrationTests {
  private func all(_ store: any PredictionStore) async throws -> [PredictionRecord] {
    var pages = PredictionPages(of: store, matching: PredictionFilter())
    var records: [PredictionRecord] = []
    while let page = try await pages.next() { records += page }
    return records
  }

  @Test func copiesAllOnceHoweverOftenItIsInterrupted() async throws {
    let sqlite = try StoreFixture(.sqlite)
    let source = try #require(sqlite.store as? SQLitePredictionStore)
    let target = try PostgresPredictionStore(PostgresServer.newDatabase())
    var generator = SeededGenerator(seed: 11)
    let records = RandomHistory.records(2_500, versions: 2, using: &generator)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, record) in records.enumerated() {
        let picture = index % 2 == 0 ? [UInt8](repeating: UInt8(index % 256), count: 784) : nil
        group.addTask { try await source.insert(record, picture: picture) }
      }
      try await group.waitForAll()
    }
    let migration = HistoryMigration(from: source, to: target)
    let interrupted = Task {
      try await migration.run { _ in withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: CancellationError.self) { try await interrupted.value }
    #expect(try await target.counts().total == 1_000)

    let second = try await migration.run()
    #expect(
      second == HistoryMigration.Progress(total: 2_500, copied: 1_500, present: 1_000, labels: 0))
    #expect(try await all(target) == all(source))
    #expect(try await target.counts().counts == source.counts().counts)
    for index in [0, 1, 2, 2_498] {
      let id = records[index].id
      #expect(try await target.picture(id: id) == source.picture(id: id))
    }
    for span in TallySpan.allCases {
      let (old, new) = (
        try await source.tallies(since: .distantPast, by: span),
        try await target.tallies(since: .distantPast, by: span)
      )
      #expect(Set(new.tallies) == Set(old.tallies))
    }

    // Labels and predictions that came after, and a label that was changed in the new place.
    let unlabelled = records.filter { $0.trueLabel == nil }.map(\.id)
    _ = try await source.setLabel("Coat", id: unlabelled[0])
    _ = try await source.setLabel("Coat", id: unlabelled[1])
    _ = try await target.setLabel("Bag", id: unlabelled[1])
    try await source.insert(.sample())
    let third = try await migration.run()
    #expect(
      third == HistoryMigration.Progress(total: 2_501, copied: 1, present: 2_500, labels: 1))
    #expect(try await target.record(id: unlabelled[0])?.trueLabel == "Coat")
    #expect(try await target.record(id: unlabelled[1])?.trueLabel == "Bag")
  }
}
