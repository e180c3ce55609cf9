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

  mutating func append(_ value: ConditionValue) {
    switch value {
    case .text(let text): append(text)
    case .number(let number): append(number)
    case .flag(let flag): append(flag)
    }
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
    guard code == SQLITE_DONE else { throw error(code) }
  }

  /// Runs a statement and reads the rows that it answers, without an object for each of them.
  ///
  /// - Parameters:
  ///   - values: Appends a value for each place of the statement.
  ///   - body: Takes a row; returns whether to go on.
  /// - Throws: `DatabaseError`, and what the body throws.
  func forEachRow(
    values: (inout StatementValues) -> Void, _ body: (StatementColumns) throws -> Bool
  ) throws {
    sqlite3_reset(sqliteStatement)
    defer { sqlite3_reset(sqliteStatement) }
    var appended = StatementValues(of: sqliteStatement)
    values(&appended)
    guard appended.code == SQLITE_OK else { throw error(appended.code) }
    while true {
      let code = sqlite3_step(sqliteStatement)
      if code == SQLITE_DONE { return }
      guard code == SQLITE_ROW else { throw error(code) }
      guard try body(StatementColumns(of: sqliteStatement)) else { return }
    }
  }

  private func error(_ code: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: code),
      message: String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement))))
  }
}

/// The columns of a row, as long as the statement stays at it.
struct StatementColumns {
  private let statement: OpaquePointer

  fileprivate init(of statement: OpaquePointer) {
    self.statement = statement
  }

  func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  /// The bytes of a text or a blob, which are gone when the statement goes on.
  func bytes(_ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_blob(statement, column)
    return UnsafeRawBufferPointer(
      start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }
}
