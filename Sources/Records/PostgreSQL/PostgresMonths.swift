import Foundation
import PostgreSQL
import Synchronization

/// The tables of the months, made before they are needed.
final class PostgresMonths: Sendable {
  /// The number of the lock under which servers make and remove tables, one at a time.
  static let lock = 0x41_74_65_6c_4d_6f_6e

  /// Those that have a table, and the one after them too.
  private let settled = Mutex<Set<PredictionMonth>>([])

  /// Makes the tables of the months some times lie in and, so that midnight of the first finds its table,
  /// of those after them.
  func make(_ dates: [Date], using pool: PostgresPool) async throws(PostgresError) {
    let missing = missing(dates)
    guard !missing.isEmpty else { return }
    try await pool.transaction { connection throws(PostgresError) in
      try Self.make(missing, in: connection)
    }
    settled.withLock { $0.formUnion(missing) }
  }

  /// Makes the tables of this month and the next, while the calling thread waits.
  func makeCurrent(using pool: PostgresPool) throws(PostgresError) {
    let missing = missing([.now])
    try pool.blockingTransaction { connection throws(PostgresError) in
      try Self.make(missing, in: connection)
    }
    settled.withLock { $0.formUnion(missing) }
  }

  /// Forgets which there are.
  func forget() { settled.withLock { $0 = [] } }

  private func missing(_ dates: [Date]) -> Set<PredictionMonth> {
    let settled = settled.withLock(\.self)
    var missing: Set<PredictionMonth> = []
    for date in dates where !settled.contains(where: { $0.contains(date) }) {
      guard !missing.contains(where: { $0.contains(date) }) else { continue }
      if let month = PredictionMonth(of: date) { missing.insert(month) }
    }
    return missing
  }

  /// Attaching a table that is complete keeps nobody from reading or writing the others.
  private static func make(
    _ months: Set<PredictionMonth>, in connection: PostgresConnection
  ) throws(PostgresError) {
    try connection.query("SELECT pg_advisory_xact_lock(\(lock))")
    let all = months.union(months.compactMap(\.next))
    for month in all.sorted(by: { $0.start < $1.start }) {
      for table in PredictionMonth.tables {
        let name = "\(table)_\(month.name)"
        guard try !isThere(name, in: connection) else { continue }
        let (from, to) = (
          RecordID.lowerBound(at: month.start), RecordID.lowerBound(at: month.end)
        )
        try connection.execute(
          script: """
            CREATE TABLE \(name) (LIKE \(table) INCLUDING DEFAULTS);
            ALTER TABLE \(table) ATTACH PARTITION \(name) FOR VALUES FROM ('\(from)') TO ('\(to)')
            """)
      }
    }
  }

  /// Whether there is a table.
  static func isThere(
    _ table: String, in connection: PostgresConnection
  ) throws(PostgresError) -> Bool {
    try connection.query("SELECT to_regclass($1) IS NOT NULL AS there", [table])
      .rows.first?.flag("there") == true
  }
}
