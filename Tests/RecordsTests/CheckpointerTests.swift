import Foundation
import GRDB
import Testing

@testable import Records

@Suite struct CheckpointerTests {
  private static let interval = 50
  /// A value fills a page.
  private static let valuesInTransaction = 20

  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "atelier-checkpoints-\(UUID().uuidString)", directoryHint: .isDirectory)

  private var file: URL { folder.appending(path: "test.db") }

  @Test func movesWhatWasCommittedWhileOthersReadAndWrite() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pool = try makePool()
    let checkpointer = try Checkpointer(file: file, interval: Self.interval)
    let before = try size(of: file)
    var transactions = 0
    // Nothing but the checkpointer writes to the database file.
    while try size(of: file) == before {
      try await write(to: pool, checkpointer)
      transactions += 1
      let count = try await pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM pages") }
      #expect(count == transactions * Self.valuesInTransaction)
    }
    #expect(transactions * Self.valuesInTransaction >= Self.interval)
    try checkpointer.close()
    try pool.close()
  }

  @Test func leavesTheDatabaseAloneUntilItIsTime() async throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let pool = try makePool()
    let checkpointer = try Checkpointer(file: file, interval: .max)
    let before = try size(of: file)
    for _ in 0..<10 { try await write(to: pool, checkpointer) }
    // Closing would wait for a checkpoint that was begun.
    try checkpointer.close()
    #expect(try size(of: file) == before)
    try pool.close()
  }

  /// A database in write-ahead mode in which only the checkpointer moves pages.
  private func makePool() throws -> DatabasePool {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let pool = try DatabasePool(path: file.path)
    try pool.writeWithoutTransaction { database in
      try database.execute(
        sql: """
          CREATE TABLE pages (number INTEGER PRIMARY KEY, value BLOB NOT NULL);
          PRAGMA wal_autocheckpoint = 0;
          """)
      try database.checkpoint(.truncate)
    }
    return pool
  }

  private func write(to pool: DatabasePool, _ checkpointer: Checkpointer) async throws {
    try await pool.writeWithoutTransaction { database in
      try database.inTransaction {
        for _ in 0..<Self.valuesInTransaction {
          try database.execute(sql: "INSERT INTO pages (value) VALUES (zeroblob(3900))")
        }
        return .commit
      }
      checkpointer.transactionDidEnd(database)
    }
  }

  private func size(of file: URL) throws -> Int {
    try #require(try file.resourceValues(forKeys: [.fileSizeKey]).fileSize)
  }
}
