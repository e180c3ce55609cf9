import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// Moves what was committed from the write-ahead log into the database, beside the transactions.
///
/// SQLite's automatic checkpoint belongs to a commit: whatever waits for the next transaction then also waits
/// until thousands of pages are written and the disk has them. Here another connection does that, which blocks
/// neither readers nor the writer.
///
/// Source: SQLite, *Write-Ahead Logging*, section 2.1, "Checkpointing".
final class Checkpointer: Sendable {
  /// Pages (of 4 KiB) that transactions may write before they are moved. The next commit may have to wait
  /// until the disk has them; 4,000 would hold up one request in a thousand twice as long.
  static let interval = 1_000
  /// Pages of the log after which the writer itself moves the last ones, so that the log begins anew. Nobody
  /// else can: what is committed meanwhile is always left over.
  static let logLimit = 16_000

  private struct State {
    /// Pages that were written since the last checkpoint began.
    var pages = 0
    var isRunning = false
  }

  private let connection: DatabaseQueue
  private let interval: Int
  private let state = Mutex(State())

  /// - Parameters:
  ///   - file: The database file, which is in write-ahead mode.
  ///   - interval: Pages that transactions may write before they are moved.
  /// - Throws: `DatabaseError`.
  init(file: URL, interval: Int = Checkpointer.interval) throws {
    var configuration = Configuration()
    configuration.label = "records.checkpoints"
    connection = try DatabaseQueue(path: file.path, configuration: configuration)
    self.interval = interval
  }

  /// Starts a checkpoint if it is due; called by the writer after a transaction.
  func transactionDidEnd(_ database: Database) {
    let pages = Self.takeWrittenPages(of: database)
    let isDue = state.withLock { state in
      state.pages += pages
      guard state.pages >= interval, !state.isRunning else { return false }
      state = State(isRunning: true)
      return true
    }
    guard isDue else { return }
    connection.asyncWriteWithoutTransaction { [self] database in
      // Until it succeeds, the log keeps everything. A disk that is full is reported by the transactions.
      _ = try? database.checkpoint(.passive)
      state.withLock { $0.isRunning = false }
    }
  }

  /// Waits for the checkpoint that is running, if any, and closes the connection.
  func close() throws { try connection.close() }

  /// The pages that a connection has written since it was last asked.
  private static func takeWrittenPages(of database: Database) -> Int {
    var (pages, unused): (Int32, Int32) = (0, 0)
    sqlite3_db_status(
      database.sqliteConnection, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &unused, 1)
    return Int(pages)
  }
}
