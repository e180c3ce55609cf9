/// A statement with the values in it.
public struct PostgresStatement: Sendable, Hashable {
  /// The text, with `$1`, `$2` and so on for the values.
  public let sql: String
  /// The values, as PostgreSQL writes them; `nil` is NULL.
  public let values: [String?]

  /// Creates a statement.
  ///
  /// Statements with values are prepared once a connection, so their text should be one of a few.
  public init(_ sql: String, _ values: [String?] = []) {
    self.sql = sql
    self.values = values
  }

  /// Creates a statement whose text has question marks for the values, in their order, and none elsewhere.
  public init(marked sql: String, _ values: [String?]) {
    var text = ""
    var number = 0
    for character in sql {
      if character == "?" {
        number += 1
        text += "$\(number)"
      } else {
        text.append(character)
      }
    }
    self.init(text, values)
  }
}
