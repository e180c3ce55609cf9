public import Foundation
import Files
import GRDB

extension SQLitePredictionStore {
  /// Records that are removed in one transaction.
  private static let removalLimit = 1_000

  /// How many predictions were made before a time.
  public func count(before date: Date) async throws(RecordsError) -> Int {
    try await read { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM predictions WHERE id < ?",
        arguments: [RecordID.lowerBound(at: date)]) ?? 0
    }
  }

  /// Removes the predictions that were made before a time, with their pictures; the counts follow.
  ///
  /// They go in small transactions, the oldest first, and after each the database is left to others
  /// for as long as it took: a server that uses it goes on storing predictions. When the task is
  /// cancelled, what was removed so far stays removed.
  ///
  /// - Parameter onProgress: Told how many predictions were removed so far.
  /// - Returns: How many were removed.
  public func removePredictions(
    before date: Date, onProgress: (Int) -> Void
  ) async throws(RecordsError) -> Int {
    let bound = RecordID.lowerBound(at: date)
    return try await removeInTurns(of: Self.removalLimit, onProgress: onProgress) {
      () async throws(RecordsError) in try await removeSome(before: bound)
    }
  }

  private func removeSome(before bound: String) async throws(RecordsError) -> Int {
    do {
      return try await pool.write { database in
        try database.execute(
          sql: """
            DELETE FROM predictions
            WHERE id IN (SELECT id FROM predictions WHERE id < ? ORDER BY id LIMIT ?)
            """, arguments: [bound, Self.removalLimit])
        let removed = database.changesCount
        try database.execute(sql: ZoneSQL.deleteEmpty)
        return removed
      }
    } catch  where Task.isCancelled {
      return 0
    } catch {
      throw Self.recordsError(error)
    }
  }

  /// Writes a copy of the database as it is at this moment, while others go on using it.
  ///
  /// The copy is as small as it can be, and appears whole under its name or not at all. It takes the
  /// connection of this store that writes; so that a server's does not wait, back up in a process of
  /// its own.
  ///
  /// - Parameter file: The copy; there must not be such a file yet.
  /// - Throws: ``RecordsError/cannotBackUp(path:reason:)``; `CancellationError` when the task is
  ///   cancelled.
  public func backUp(to file: URL) async throws {
    do {
      try await FileContents.create(at: file.path) { temporary in
        try await pool.vacuum(into: temporary)
      }
    } catch  where Task.isCancelled {
      throw CancellationError()
    } catch {
      throw RecordsError.cannotBackUp(path: file.path, reason: Self.reason(error))
    }
  }
}
