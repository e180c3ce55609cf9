import Foundation
import GRDB
import Records

/// A SQLite database that takes a number of predictions and then stays busy with the next one for ever,
/// so that a process that fills it can be killed in the middle of its work.
struct StuckDatabase: Sendable {
  /// The most predictions that a process may write in one transaction.
  private static let transaction = 512

  private let file: URL
  private let count: Int

  /// Makes the database of a server that is not running yet stick.
  ///
  /// - Parameters:
  ///   - count: Predictions that it takes at least; never more than these and one transaction.
  ///   - home: The folder of the server's state.
  init(after count: Int, in home: URL) async throws {
    file = home.appending(path: "atelier.db")
    self.count = count
    try await use { store in
      try await store.pool.write { database in
        // A trigger may have no WITH clause, but may use a view that has one.
        try database.execute(
          sql: """
            CREATE VIEW endless AS
              WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers)
              SELECT n FROM numbers;
            CREATE TRIGGER stuck BEFORE INSERT ON predictions
              WHEN (SELECT count(*) FROM predictions) >= \(count + Self.transaction)
              BEGIN SELECT count(*) FROM endless; END;
            """)
      }
    }
  }

  /// Waits until the predictions are there.
  func fill() async throws {
    try await use { store in
      let sql = "SELECT count(*) FROM predictions"
      while try await store.pool.read({ try Int.fetchOne($0, sql: sql) ?? 0 }) < count {
        await Task.yield()
      }
    }
  }

  /// Makes it take all predictions again, once nobody is writing.
  func free() async throws {
    try await use { store in
      try await store.pool.write { database in
        try database.execute(sql: "DROP TRIGGER stuck; DROP VIEW endless")
      }
    }
  }

  private func use(_ body: (SQLitePredictionStore) async throws -> Void) async throws {
    let store = try SQLitePredictionStore(file: file)
    do {
      try await body(store)
    } catch {
      try? await store.close()
      throw error
    }
    try await store.close()
  }
}
