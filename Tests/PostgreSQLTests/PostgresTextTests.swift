import PostgresSupport
import Testing

@testable import PostgreSQL

@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresTextTests {
  private static let texts: [String?] = [
    "", "NULL", nil, "a,b", "{x}", "\"", "\\", "a\\\"b", " space ", "été 👕\n\t",
    "'; DROP TABLE x; --",
  ]

  @Test func writesArraysAsTheServerReadsThem() throws {
    let connection = try PostgresConnection(PostgresServer.newDatabase())
    let rows = try connection.query(
      "SELECT value FROM unnest($1::text[]) WITH ORDINALITY AS x (value, place) ORDER BY place",
      [PostgresText.array(Self.texts)]
    ).rows
    #expect(try rows.map { try $0.optional("value") } == Self.texts)
  }

  @Test func writesBytesAsTheServerReadsThem() throws {
    let connection = try PostgresConnection(PostgresServer.newDatabase())
    let bytes = (0...255).map { UInt8($0) }
    let row = try connection.query(
      "SELECT $1::bytea AS bytes, octet_length($1::bytea) AS length", [PostgresText.bytes(bytes)]
    ).rows[0]
    #expect(try PostgresText.bytes(of: row.text("bytes")) == bytes)
    #expect(try row.number("length") == 256)
    #expect(PostgresText.bytes(of: "\\xzz") == nil)
    #expect(PostgresText.bytes(of: "12") == nil)
  }
}
