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
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 2 + bytes.count * 2) { text in
      text[0] = UInt8(ascii: "\\")
      text[1] = UInt8(ascii: "x")
      for (index, byte) in bytes.enumerated() {
        text[2 + index * 2] = digits[Int(byte >> 4)]
        text[3 + index * 2] = digits[Int(byte & 15)]
      }
      return 2 + bytes.count * 2
    }
  }

  /// The bytes of a value of type `bytea`; `nil` when it is none.
  public static func bytes(of text: String) -> [UInt8]? {
    guard text.hasPrefix("\\x"), text.utf8.count % 2 == 0 else { return nil }
    let digits = Array(text.utf8.dropFirst(2))
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case 48...57: digit - 48
      case 97...102: digit - 87
      default: nil
      }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  /// A text that PostgreSQL takes: it has no character U+0000, for which U+FFFD stands then.
  public static func text(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
  }
}
