import Foundation
import PostgreSQL
import Synchronization

/// The tables of the months, made before they are needed.
final class PostgresMonths: Sendable {
  /// The number of the lock under which servers make and remove tables, one at a time.
  static let lock = 0x41_74_65_6c_4d_6f_6e

  private let known = Mutex<Set<PredictionMonth>>([])

  /// Makes the tables of months and, so that midnight of the first finds its table, of those after them.
  func make(
    _ months: Set<PredictionMonth>, using pool: PostgresPool
  ) async throws(PostgresError) {
    let missing = missing(months)
    guard !missing.isEmpty else { return }
    try await pool.transaction { connection throws(PostgresError) in
      try Self.make(missing, in: connection)
    }
    known.withLock { $0.formUnion(missing) }
  }

  /// Makes the tables of this month and the next, while the calling thread waits.
  func makeCurrent(using pool: PostgresPool) throws(PostgresError) {
    guard let month = PredictionMonth(of: .now) else { return }
    let missing = missing([month])
    try pool.blockingTransaction { connection throws(PostgresError) in
      try Self.make(missing, in: connection)
    }
    known.withLock { $0.formUnion(missing) }
  }

  /// Forgets which there are.
  func forget() { known.withLock { $0 = [] } }

  private func missing(_ months: Set<PredictionMonth>) -> Set<PredictionMonth> {
    known.withLock { known in
      // The one after a month was made with it.
      let new = months.subtracting(known)
      return new.isEmpty ? [] : new.union(new.compactMap(\.next)).subtracting(known)
    }
  }

  /// Attaching a table that is complete keeps nobody from reading or writing the others.
  private static func make(
    _ months: Set<PredictionMonth>, in connection: PostgresConnection
  ) throws(PostgresError) {
    try connection.query("SELECT pg_advisory_xact_lock(\(lock))")
    for month in months.sorted(by: { $0.start < $1.start }) {
      for table in PredictionMonth.tables {
        let name = "\(table)_\(month.name)"
        let isThere = try connection.query(
          "SELECT to_regclass($1) IS NOT NULL AS there", [name]
        ).rows.first?.flag("there")
        guard isThere != true else { continue }
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
}
