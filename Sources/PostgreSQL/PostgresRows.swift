import CPostgreSQL

/// What a statement has answered, out of the library's memory.
public struct PostgresRows: Sendable {
  /// The rows, if it returns any.
  public let rows: [PostgresRow]
  /// How many rows it has inserted, changed, removed or returned.
  public let count: Int

  init(_ result: OpaquePointer) {
    let columns = Int(PQnfields(result))
    var names: [String: Int] = [:]
    for column in 0..<columns {
      names[String(cString: PQfname(result, Int32(column)))] = column
    }
    rows = (0..<PQntuples(result)).map { row in
      let values: [String?] = (0..<Int32(columns)).map { column in
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column)
        else { return nil }
        return String(
          decoding: UnsafeRawBufferPointer(
            start: start, count: Int(PQgetlength(result, row, column))), as: UTF8.self)
      }
      return PostgresRow(names: names, values: values)
    }
    count = Int(String(cString: PQcmdTuples(result))) ?? rows.count
  }
}

/// One row of an answer.
public struct PostgresRow: Sendable {
  private let names: [String: Int]
  private let values: [String?]

  init(names: [String: Int], values: [String?]) {
    self.names = names
    self.values = values
  }

  /// The value of a column, as PostgreSQL writes it; `nil` when it is NULL.
  ///
  /// - Throws: ``PostgresError/unexpected(reason:)`` when there is no such column.
  public func optional(_ name: String) throws(PostgresError) -> String? {
    guard let column = names[name] else { throw .unexpected(reason: "there is no column \(name)") }
    return values[column]
  }

  /// The text of a column.
  ///
  /// - Throws: ``PostgresError/unexpected(reason:)`` when it is NULL, or not there.
  public func text(_ name: String) throws(PostgresError) -> String {
    guard let value = try optional(name) else {
      throw .unexpected(reason: "there is nothing in column \(name)")
    }
    return value
  }

  /// The number in a column.
  ///
  /// - Throws: ``PostgresError/unexpected(reason:)`` when it is none.
  public func number<Number: LosslessStringConvertible>(
    _ name: String, as type: Number.Type = Number.self
  ) throws(PostgresError) -> Number {
    guard let number = Number(try text(name)) else {
      throw .unexpected(reason: "there is no number in column \(name)")
    }
    return number
  }

  /// The truth value in a column.
  ///
  /// - Throws: ``PostgresError/unexpected(reason:)`` when it is NULL, or not there.
  public func flag(_ name: String) throws(PostgresError) -> Bool { try text(name) == "t" }
}
