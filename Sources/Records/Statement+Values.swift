import Foundation
import GRDB
import GRDBSQLite

/// Gives the values of a statement to SQLite, one after the other.
struct StatementValues {
  private let statement: OpaquePointer
  private var position: Int32 = 0
  /// The first failure, such as a text that is too long.
  fileprivate private(set) var code = SQLITE_OK

  /// Tells SQLite to copy what it is given.
  private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  fileprivate init(of statement: OpaquePointer) {
    self.statement = statement
  }

  mutating func append(_ text: String) {
    note(
      text.withCString {
        sqlite3_bind_text(statement, position + 1, $0, Int32(text.utf8.count), Self.copied)
      })
  }

  mutating func append(_ number: Double) {
    note(sqlite3_bind_double(statement, position + 1, number))
  }

  mutating func append(_ number: Int64) {
    note(sqlite3_bind_int64(statement, position + 1, number))
  }

  mutating func append(_ flag: Bool) { append(Int64(flag ? 1 : 0)) }

  mutating func append(_ bytes: [UInt8]) {
    note(
      bytes.withUnsafeBytes {
        sqlite3_bind_blob64(
          statement, position + 1, $0.baseAddress, UInt64($0.count), Self.copied)
      })
  }

  mutating func appendNull() { note(sqlite3_bind_null(statement, position + 1)) }

  private mutating func note(_ result: Int32) {
    position += 1
    if code == SQLITE_OK { code = result }
  }
}

extension Statement {
  /// Runs a statement that answers no rows.
  ///
  /// GRDB's own way makes an object of each value, which takes longer than SQLite does with the row.
  ///
  /// - Parameter values: Appends a value for each place of the statement.
  /// - Throws: `DatabaseError`.
  func execute(values: (inout StatementValues) -> Void) throws {
    sqlite3_reset(sqliteStatement)
    var appended = StatementValues(of: sqliteStatement)
    values(&appended)
    let code = appended.code == SQLITE_OK ? sqlite3_step(sqliteStatement) : appended.code
    // Says again what the step said.
    defer { sqlite3_reset(sqliteStatement) }
    guard code == SQLITE_DONE else {
      throw DatabaseError(
        resultCode: ResultCode(rawValue: code),
        message: String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement))))
    }
  }
}
