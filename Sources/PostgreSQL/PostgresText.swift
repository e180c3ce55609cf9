import Hexadecimal

/// How values are written for PostgreSQL.
public enum PostgresText {
  /// A list of values, as one value of an array's type.
  public static func array(_ values: [String?]) -> String {
    var text: [UInt8] = [UInt8(ascii: "{")]
    text.reserveCapacity(values.reduce(2) { $0 + ($1?.utf8.count ?? 4) + 3 })
    for (index, value) in values.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      guard let value else {
        text += "NULL".utf8
        continue
      }
      text.append(UInt8(ascii: "\""))
      for byte in value.utf8 {
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
          text.append(UInt8(ascii: "\\"))
        }
        text.append(byte)
      }
      text.append(UInt8(ascii: "\""))
    }
    text.append(UInt8(ascii: "}"))
    return String(decoding: text, as: UTF8.self)
  }

  /// Bytes, as a value of type `bytea`.
  public static func bytes(_ bytes: [UInt8]) -> String {
    "\\x" + Hexadecimal.text(of: bytes)
  }

  /// The bytes of a value of type `bytea`; `nil` when it is none.
  public static func bytes(of text: String) -> [UInt8]? {
    guard text.utf8.starts(with: "\\x".utf8) else { return nil }
    return Hexadecimal.bytes(of: Substring(text.utf8.dropFirst(2)))
  }

  /// A text that PostgreSQL takes: it has no character U+0000, for which U+FFFD stands then.
  public static func text(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
  }
}
