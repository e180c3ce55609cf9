/// The name a parameter has in a state dict, and its shape.
public struct ParameterShape: Sendable, Hashable {
  /// The key in the state dict, such as `cnn_stack.0.weight`.
  public let name: String
  /// Sizes, outermost dimension first.
  public let shape: [Int]

  /// Creates a description of a parameter.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }

  /// How many numbers the parameter holds.
  public var elementCount: Int { shape.reduce(1, *) }
}
