/// What parameters a run starts from.
public enum TrainingOrigin: Sendable, Hashable {
  /// Those of the version that is served.
  case current
  /// Random ones.
  case scratch
  /// Those of a version.
  case version(String)

  /// Reads `current`, `scratch`, or the name of a version.
  public init(_ text: String) {
    self =
      switch text {
      case "current": .current
      case "scratch": .scratch
      default: .version(text)
      }
  }

  /// The text that ``init(_:)`` reads.
  public var text: String {
    switch self {
    case .current: "current"
    case .scratch: "scratch"
    case .version(let name): name
    }
  }
}

extension TrainingOrigin: Codable {
  /// Reads a string.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes a string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
