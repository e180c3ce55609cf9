import Foundation
import PostgresSupport
import Synchronization
import Testing

@testable import PostgreSQL

/// Connections to a real server.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresPoolTests {
  @Test func answersEachStatementWithItsOwnRows() async throws {
    let pool = PostgresPool(try PostgresServer.newDatabase(), size: 2)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<500 {
        group.addTask {
          if number % 50 == 7 {
            // One that fails leaves those that travel with it alone.
            let error = await #expect(throws: PostgresError.self) {
              try await pool.query("SELECT 1 / ($1::bigint - $1::bigint)", [String(number)])
            }
            #expect(error?.code == "22012")
          } else {
            let row = try await pool.query("SELECT $1::bigint + 1 AS next", [String(number)]).rows[
              0]
            #expect(try row.number("next") == number + 1)
          }
        }
      }
      try await group.waitForAll()
    }
    await pool.close()
    await #expect(throws: PostgresError.closed) { try await pool.query("SELECT 1") }
  }

  @Test func undoesATransactionThatFails() async throws {
    let pool = PostgresPool(try PostgresServer.newDatabase(), size: 1)
    try await pool.query("CREATE TABLE numbers (number bigint PRIMARY KEY)")
    let error = await #expect(throws: PostgresError.self) {
      try await pool.transaction { connection throws(PostgresError) in
        try connection.query("INSERT INTO numbers VALUES (1)")
        try connection.query("INSERT INTO numbers VALUES (1)")
      }
    }
    #expect(error?.code == "23505")
    try pool.blockingTransaction { connection throws(PostgresError) in
      try connection.query("INSERT INTO numbers VALUES (2)")
      return ()
    }
    let rows = try await pool.query("SELECT number FROM numbers").rows
    #expect(try rows.map { try $0.text("number") } == ["2"])
  }

  @Test func keepsNoMoreStatementsPreparedThanItMay() throws {
    let connection = try PostgresConnection(PostgresServer.newDatabase())
    for number in 0..<250 {
      let row = try connection.query("SELECT $1::text || '\(number)' AS text", ["x"]).rows[0]
      #expect(try row.text("text") == "x\(number)")
    }
    let count: Int = try connection.query("SELECT count(*) AS count FROM pg_prepared_statements")
      .rows[0].number("count")
    #expect(count == 200)
  }

  @Test func comesBackAfterTheServerDoes() async throws {
    let server = try PostgresServer()
    let pool = PostgresPool(try PostgresAddress(url: server.url()), size: 3)
    try await pool.query("SELECT 1")
    server.stop()
    let error = await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try server.start()
    while (try? await pool.query("SELECT 1")) == nil { try Task.checkCancellation() }
    // Connections that broke unnoticed are made again without an error.
    server.stop()
    try server.start()
    while (try? await pool.transaction { _ in 1 }) == nil { try Task.checkCancellation() }
    try await pool.query("SELECT 1")
  }

  @Test func entersWithThePasswordAndNeverShowsIt() throws {
    let server = try PostgresServer(.password("right-word"))
    let right = try PostgresAddress(url: server.url(user: "postgres:right-word"))
    #expect(try PostgresConnection(right).query("SELECT 1 AS one").rows[0].number("one") == 1)
    let wrong = try PostgresAddress(url: server.url(user: "postgres:wrong-word"))
    let error = #expect(throws: PostgresError.self) { try PostgresConnection(wrong) }
    let message = error?.description ?? ""
    #expect(message.contains("password authentication failed"))
    #expect(!message.contains("word-"))
    #expect(!message.contains("wrong-word"))
  }

  @Test func encryptsWhenTheURLSaysSo() throws {
    let server = try PostgresServer(.encrypted)
    let question = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    for mode in ["require", "verify-full&sslrootcert=\(server.certificate.path)"] {
      let connection = try PostgresConnection(
        PostgresAddress(url: server.url() + "?sslmode=\(mode)"))
      #expect(try connection.query(question).rows[0].flag("ssl"))
    }
    let open = try PostgresServer.newDatabase()
    #expect(throws: Never.self) { try PostgresConnection(open) }
    let strict = try PostgresAddress(url: PostgresServer.shared.get().url() + "?sslmode=require")
    let error = #expect(throws: PostgresError.self) { try PostgresConnection(strict) }
    #expect(error?.description.contains("does not support SSL") == true)
  }
}
