import Files
import Foundation
public import PostgreSQL
import Synchronization

/// The keys of servers that share a PostgreSQL database, in its table `api_keys`.
///
/// The table holds hashes, never secrets. Requests are answered from memory, also while the database is
/// away; what others change arrives with ``refresh()``.
public final class PostgresKeyStore: KeyStorage {
  private struct State {
    var keys: [APIKey] = []
    var revision = 0
  }

  private let pool: PostgresPool
  private let state = Mutex(State())

  /// Reads the keys of a database that has the service's tables.
  ///
  /// - Parameter pool: The connections to it.
  /// - Throws: ``KeyError/unreadable(path:reason:)``.
  public init(_ pool: PostgresPool) throws(KeyError) {
    self.pool = pool
    try refresh()
  }

  /// Grows with every change that was noticed.
  public var stamp: KeyStamp? { KeyStamp(state.withLock(\.revision)) }

  /// All keys as they were read last, the oldest first.
  public func keys() -> [APIKey] { state.withLock(\.keys) }

  /// A key that another server makes or revokes is known within five seconds.
  public var refreshInterval: Duration? { .seconds(2) }

  /// Reads the keys again.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``; the keys known before stay.
  public func refresh() throws(KeyError) {
    do throws(PostgresError) {
      note(try pool.blockingTransaction("READ ONLY", Self.read))
    } catch {
      throw .unreadable(path: "\(pool.address)", reason: error.reason)
    }
  }

  /// Changes the keys under a lock, and writes those that have changed.
  public func change<Value>(
    _ body: (inout [APIKey]) throws(KeyError) -> Value
  ) throws(KeyError) -> Value {
    // The body need not be sendable: it runs here, between two transactions. Where others have changed
    // the keys in between, it is run again on theirs.
    while true {
      try refresh()
      let old = keys()
      var new = old
      let value = try body(&new)
      let changed = new
      do throws(PostgresError) {
        let isDone = try pool.blockingTransaction { connection throws(PostgresError) in
          try Self.write(changed, in: connection, from: old)
        }
        guard isDone else { continue }
      } catch {
        throw .unwritable(path: "\(pool.address)", reason: error.reason)
      }
      note(new)
      return value
    }
  }

  private func note(_ keys: [APIKey]) {
    state.withLock { state in
      guard state.keys != keys else { return }
      state.keys = keys
      state.revision += 1
    }
  }

  private static func read(
    _ connection: PostgresConnection
  ) throws(PostgresError) -> [APIKey] {
    try connection.query("SELECT content FROM api_keys ORDER BY position").rows
      .map { row throws(PostgresError) in
        let content = try row.text("content")
        guard let key = try? JSONDocument.decode(APIKey.self, from: Data(content.utf8)) else {
          throw .unexpected(reason: "a key in the table api_keys cannot be read")
        }
        return key
      }
  }

  /// Writes keys, unless the table is not what they were made of.
  ///
  /// - Returns: Whether it was.
  private static func write(
    _ keys: [APIKey], in connection: PostgresConnection, from old: [APIKey]
  ) throws(PostgresError) -> Bool {
    try connection.query("LOCK TABLE api_keys IN SHARE ROW EXCLUSIVE MODE")
    guard try read(connection) == old else { return false }
    for key in old where !keys.contains(where: { $0.id == key.id }) {
      try connection.query("DELETE FROM api_keys WHERE id = $1", [key.id])
    }
    for key in keys where !old.contains(key) {
      guard let content = try? JSONDocument.encode(key) else {
        throw .unexpected(reason: "a key cannot be encoded")
      }
      try connection.query(
        """
        INSERT INTO api_keys (id, content) VALUES ($1, $2::jsonb)
        ON CONFLICT (id) DO UPDATE SET content = excluded.content
        """, [key.id, String(decoding: content, as: UTF8.self)])
    }
    return true
  }
}
