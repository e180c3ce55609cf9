import PostgreSQL

/// One step from an older schema to a newer one.
struct PostgresMigration: Sendable {
  let name: String
  let sql: String

  /// The number of the lock under which servers change the schema, one at a time: "Atelier" in ASCII.
  private static let lock = 0x41_74_65_6c_69_65_72

  /// Brings a database to the current schema: all at once, or not at all. Servers that start together
  /// wait for the first of them.
  ///
  /// - Throws: `PostgresError`, of which nothing was changed.
  static func migrate(
    _ pool: PostgresPool, by migrations: [PostgresMigration]
  ) throws(PostgresError) {
    try pool.blockingTransaction { connection throws(PostgresError) in
      let timeLimit = connection.timeLimit
      connection.timeLimit = nil
      defer { connection.timeLimit = timeLimit }
      try connection.query("SET LOCAL statement_timeout = 0")
      try connection.query("SET LOCAL lock_timeout = 0")
      try connection.query("SELECT pg_advisory_xact_lock(\(lock))")
      try connection.query(
        """
        CREATE TABLE IF NOT EXISTS atelier_migrations (
          name text PRIMARY KEY,
          applied_at timestamptz NOT NULL DEFAULT now()
        )
        """)
      let applied = try names(in: connection)
      try check(applied, areAmong: migrations)
      for migration in migrations where !applied.contains(migration.name) {
        try connection.execute(script: migration.sql)
        try connection.query("INSERT INTO atelier_migrations (name) VALUES ($1)", [migration.name])
      }
    }
  }

  /// Checks that a database has the current schema, without changing it.
  ///
  /// - Throws: `PostgresError`.
  static func check(
    _ pool: PostgresPool, for migrations: [PostgresMigration]
  ) throws(PostgresError) {
    try pool.blockingTransaction("READ ONLY") { connection throws(PostgresError) in
      guard try PostgresMonths.isThere("atelier_migrations", in: connection) else {
        throw .unexpected(reason: "it has no tables; a server makes them when it starts")
      }
      let applied = try names(in: connection)
      try check(applied, areAmong: migrations)
      guard migrations.allSatisfy({ applied.contains($0.name) }) else {
        throw .unexpected(
          reason: "an older version of the program made it; start the server once to update it")
      }
    }
  }

  private static func names(in connection: PostgresConnection) throws(PostgresError) -> Set<String>
  {
    var names: Set<String> = []
    for row in try connection.query("SELECT name FROM atelier_migrations").rows {
      names.insert(try row.text("name"))
    }
    return names
  }

  private static func check(
    _ applied: Set<String>, areAmong migrations: [PostgresMigration]
  ) throws(PostgresError) {
    guard applied.isSubset(of: migrations.map(\.name)) else {
      throw .unexpected(reason: "a newer version of the program made it; use that")
    }
  }
}
