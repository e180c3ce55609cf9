import Testing

@testable import PostgreSQL

@Suite struct PostgresAddressTests {
  @Test(arguments: [
    ("postgres://me:secret@db.example/atelier", "postgres://db.example:5432/atelier"),
    ("postgresql://db:6000/atelier?sslmode=require", "postgres://db:6000/atelier"),
    ("postgres://me:p%40ss@a:1,b:2/x?target_session_attrs=read-write", "postgres://a:1,b:2/x"),
    ("postgres:///atelier?host=/run/postgresql", "postgres:///run/postgresql:5432/atelier"),
  ])
  func showsNeitherUserNorPassword(url: String, shown: String) throws {
    #expect(try PostgresAddress(url: url).description == shown)
  }

  /// A password whose special characters were not encoded is not shown, though it is read as a host, a
  /// port or a database.
  @Test(arguments: [
    "postgres://me:secret@word@db/atelier", "postgres://me:secret/word@db/atelier",
    "postgres://me:db/atelier@secret", "postgres://db:secret/atelier",
    "postgres://me:secret@db/atelier?nonsense=1", "postgres://me:sec%ret@db/atelier",
    "mysql://me:secret@db/atelier", "secret",
  ])
  func refusesWhatIsNoAddress(url: String) throws {
    let error = #expect(throws: PostgresError.self) { try PostgresAddress(url: url) }
    #expect(error?.description.contains("secret") == false)
    #expect(error?.description.contains("postgres://USER:PASSWORD") == true)
  }

  @Test func givesUpOnASilentServerUnlessTheURLSaysOtherwise() throws {
    let parameters = try PostgresAddress(url: "postgres://db/x?connect_timeout=60").parameters
    #expect(parameters["connect_timeout"] == "60")
    #expect(parameters["tcp_user_timeout"] == "10000")
  }
}
