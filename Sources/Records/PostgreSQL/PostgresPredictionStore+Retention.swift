public import Foundation
import PostgreSQL

extension PostgresPredictionStore {
  /// Records that are removed in one transaction.
  private static let removalLimit = 1_000

  /// How many predictions were made before a time.
  public func count(before date: Date) async throws(RecordsError) -> Int {
    try await reading { () async throws(PostgresError) in
      try await pool.transaction("READ ONLY") { connection throws(PostgresError) in
        try connection.query("SET LOCAL statement_timeout = '30s'")
        return try connection.query(
          "SELECT count(*) AS count FROM predictions WHERE id < $1::uuid",
          [RecordID.lowerBound(at: date)]
        ).rows.first?.number("count") ?? 0
      }
    }
  }

  /// Removes the predictions that were made before a time, with their pictures; the counts follow.
  ///
  /// Whole months go with their tables, without a trace in the database's files. The rest goes in small
  /// transactions, the oldest first, and after each the database is left to others for as long as it
  /// took. When the task is cancelled, what was removed so far stays removed.
  ///
  /// - Parameter onProgress: Told how many predictions were removed so far.
  /// - Returns: How many were removed.
  public func removePredictions(
    before date: Date, onProgress: (Int) -> Void
  ) async throws(RecordsError) -> Int {
    let bound = RecordID.lowerBound(at: date)
    var removed = 0
    for month in try await storedMonths() where month.end <= date {
      guard !Task.isCancelled else { return removed }
      removed += try await remove(month)
      onProgress(removed)
    }
    let all = try await removeInTurns(
      of: Self.removalLimit, after: removed, onProgress: onProgress
    ) { () async throws(RecordsError) in try await removeSome(before: bound) }
    try await removeEmptyZones()
    return all
  }

  /// Fails: PostgreSQL has better ways.
  ///
  /// - Throws: ``RecordsError/cannotBackUp(path:reason:)``, which names them.
  public func backUp(to file: URL) async throws {
    throw RecordsError.cannotBackUp(
      path: file.path,
      reason:
        "the predictions are in PostgreSQL; copy them with pg_dump, or with the backups of the "
        + "server (pg_basebackup and an archive of its log)")
  }

  private func removeSome(before bound: String) async throws(RecordsError) -> Int {
    try await reading { () async throws(PostgresError) in
      try await pool.query(
        """
        DELETE FROM predictions
        WHERE id IN (SELECT id FROM predictions WHERE id < $1::uuid ORDER BY id LIMIT $2::bigint)
        """, [bound, String(Self.removalLimit)]
      ).count
    }
  }

  /// The months that have a table, the oldest first.
  private func storedMonths() async throws(RecordsError) -> [PredictionMonth] {
    try await reading { () async throws(PostgresError) in
      let answer = try await pool.query(
        """
        SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'predictions'::regclass ORDER BY relname
        """)
      return try answer.rows.map { row throws(PostgresError) in try row.text("relname") }
        .compactMap { PredictionMonth(table: $0) }
    }
  }

  /// Removes a month: counts what it has, while nobody may add to it but all may read, and drops its
  /// tables, for which the others have to be let go of for a moment.
  ///
  /// - Returns: How many predictions it had.
  private func remove(_ month: PredictionMonth) async throws(RecordsError) -> Int {
    let count = try await reading { () async throws(PostgresError) in
      try await pool.transaction { connection throws(PostgresError) in
        let timeLimit = connection.timeLimit
        connection.timeLimit = nil
        defer { connection.timeLimit = timeLimit }
        let table = "predictions_\(month.name)"
        try connection.query("SET LOCAL statement_timeout = 0")
        try connection.query("SELECT pg_advisory_xact_lock(\(PostgresMonths.lock))")
        // Somebody else may have removed it by now.
        guard try PostgresMonths.isThere(table, in: connection) else { return 0 }
        try connection.query("LOCK TABLE \(table) IN SHARE MODE")
        let count: Int? = try connection.query("SELECT count(*) AS count FROM \(table)")
          .rows.first?.number("count")
        try connection.query(
          "DO $$ BEGIN \(PostgresTallies.change(by: [(table, -1)])) END $$")
        for table in PredictionMonth.tables {
          try connection.query("DROP TABLE \(table)_\(month.name)")
        }
        return count ?? 0
      }
    }
    months.forget()
    return count
  }
}
