/// A parameter of a request or of a tensor.
public enum ParameterValue: Sendable, Hashable {
  /// A truth value.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number.
  case double(Double)
  /// A text.
  case string(String)

  /// The whole number that it is; `nil` when it is another kind of value.
  public var integer: Int? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The truth value that it is; `nil` when it is another kind of value.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The text that it is; `nil` when it is another kind of value.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }
}

extension ParameterValue: Codable {
  /// Reads a value of JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else {
      self = .string(try container.decode(String.self))
    }
  }

  /// Writes a value of JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    }
  }
}
