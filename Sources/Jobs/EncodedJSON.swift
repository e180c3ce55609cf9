import Foundation

/// A JSON value as text: what a job's kind knows the meaning of, and the queue does not.
public struct EncodedJSON: Sendable, Hashable {
  /// The text, without insignificant space.
  public let text: String

  /// Encodes a value: the names of objects are sorted, times are RFC 3339.
  ///
  /// - Throws: What the value's `encode(to:)` throws.
  public init(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    text = String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// Wraps a text that was encoded before.
  package init(encoded text: String) {
    self.text = text
  }

  /// The value that the text is of.
  ///
  /// - Throws: `DecodingError` when it is of another type.
  public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// An object without members.
  public static let emptyObject = EncodedJSON(encoded: "{}")
}
