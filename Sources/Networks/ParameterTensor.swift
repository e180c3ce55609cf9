/// A parameter's values: 32-bit floats in row-major order.
public struct ParameterTensor: Sendable, Hashable {
  /// Sizes, outermost dimension first.
  public let shape: [Int]
  /// The values, row-major.
  public var values: [Float]

  /// Creates a tensor.
  ///
  /// - Precondition: `values` has as many elements as `shape` spans.
  public init(shape: [Int], values: [Float]) {
    precondition(shape.reduce(1, *) == values.count, "values do not fill the shape")
    self.shape = shape
    self.values = values
  }
}
