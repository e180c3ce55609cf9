public import Foundation

/// The JSON files that the program keeps: for people to read too, with times in RFC 3339, and the same
/// bytes for the same value.
public enum JSONDocument {
  /// The text of a value.
  ///
  /// - Throws: What the value's `encode(to:)` throws.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// The value that a text is of.
  ///
  /// - Throws: `DecodingError` when it is of none.
  public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: data)
  }

  /// What an error of ``decode(_:from:)`` says of a text, in one line and without the types of our program.
  public static func reason(of error: any Error) -> String {
    func path(_ keys: [any CodingKey]) -> String {
      keys.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "it has no \"\(path(context.codingPath + [key]))\""
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      guard !context.codingPath.isEmpty else { return "it is JSON of another kind" }
      return "\"\(path(context.codingPath))\" is not what it should be"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      return "\"\(path(context.codingPath))\" has an unknown value"
    default: return "it is not JSON"
    }
  }
}
