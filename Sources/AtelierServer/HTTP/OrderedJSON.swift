/// A JSON value whose members keep the order they were written in, as the contract's answers do.
package enum OrderedJSON: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int)
  /// A number with a fixed count of decimals.
  case fixed(Double, decimals: Int)
  case string(String)
  case array([OrderedJSON])
  case object([Member])
  /// A value as text, as somebody else has written it.
  case encoded(String)

  /// A name and its value.
  package struct Member: Sendable, Hashable {
    let name: String
    let value: OrderedJSON
  }

  /// The text, without insignificant space.
  var text: String { String(decoding: utf8, as: UTF8.self) }

  /// The text in UTF-8.
  var utf8: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    write(to: &bytes)
    return bytes
  }

  /// Appends the text to bytes.
  package func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .fixed(let value, let decimals): Self.write(value, decimals: decimals, to: &bytes)
    case .string(let value): Self.write(value, to: &bytes)
    case .encoded(let text): bytes += text.utf8
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// Appends a string with its quotes (RFC 8259, section 7).
  static func write(_ value: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if value.utf8.allSatisfy(standsForItself) {
      bytes += value.utf8
    } else {
      writeEscaped(value, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func standsForItself(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func writeEscaped(_ value: String, to bytes: inout [UInt8]) {
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      default: bytes.append(byte)
      }
    }
  }

  /// Appends a number rounded to a fixed count of decimals; `null` when it is not finite.
  static func write(_ value: Double, decimals: Int, to bytes: inout [UInt8]) {
    let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (value * scale).rounded()
    guard scaled.isFinite, abs(scaled) < 9e15 else {
      bytes += value.isFinite ? "\(value)".utf8 : "null".utf8
      return
    }
    let digits = String(Int(abs(scaled)))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    if scaled < 0 { bytes.append(UInt8(ascii: "-")) }
    bytes += padded.utf8.dropLast(decimals)
    guard decimals > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    bytes += padded.utf8.suffix(decimals)
  }
}

extension OrderedJSON: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, OrderedJSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}

extension OrderedJSON: ExpressibleByArrayLiteral {
  package init(arrayLiteral elements: OrderedJSON...) { self = .array(elements) }
}

extension OrderedJSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) { self = .string(value) }
}

extension OrderedJSON: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int) { self = .integer(value) }
}

extension OrderedJSON: ExpressibleByBooleanLiteral {
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension OrderedJSON {
  /// The object with the members of another after its own; other values stay as they are.
  func appending(_ other: OrderedJSON) -> OrderedJSON {
    guard case .object(let members) = self, case .object(let added) = other else { return self }
    return .object(members + added)
  }

  /// The value of a member of an object.
  subscript(name: String) -> OrderedJSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// An object of a dictionary's entries, in the order of their names.
  static func sorted(_ dictionary: [String: Int]) -> OrderedJSON {
    .object(
      dictionary.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: .integer($0.value)) })
  }
}
