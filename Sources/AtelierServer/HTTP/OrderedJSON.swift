import Files

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
    var json = JSONWriter(capacity: 512)
    json.value(self)
    return json.bytes
  }

  /// Appends the text to bytes.
  package func write(to bytes: inout [UInt8]) { bytes += utf8 }
}

extension JSONWriter {
  /// Writes a value, and all that is in it.
  mutating func value(_ value: OrderedJSON) {
    switch value {
    case .null: null()
    case .boolean(let value): self.value(value)
    case .integer(let value): self.value(value)
    case .fixed(let value, let decimals): self.value(value, decimals: decimals)
    case .string(let value): self.value(value)
    case .encoded(let text): self.value(encoded: text)
    case .array(let elements):
      beginArray()
      for element in elements { self.value(element) }
      endArray()
    case .object(let members):
      beginObject()
      for member in members {
        name(member.name)
        self.value(member.value)
      }
      endObject()
    }
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
