/// The names of the classes a model tells apart, in the order of its logits.
public struct LabelSet: Sendable, Hashable {
  /// Class names; the index is the position of the class's logit.
  public let names: [String]

  /// Creates a label set from class names in logit order.
  public init(_ names: [String]) {
    self.names = names
  }

  /// The ten classes of Fashion-MNIST.
  public static let fashionMNIST = LabelSet(FashionClass.allCases.map(\.name))

  /// The most classes a model may tell apart: data sets keep labels in one byte.
  public static let countLimit = 256

  /// How many classes there are.
  public var count: Int { names.count }
}

extension LabelSet: Codable {
  /// Reads an array of class names.
  public init(from decoder: any Decoder) throws {
    names = try decoder.singleValueContainer().decode([String].self)
  }

  /// Writes an array of class names.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(names)
  }
}
