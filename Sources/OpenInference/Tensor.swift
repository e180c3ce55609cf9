/// A tensor of a request or an answer.
public struct Tensor: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// The length of each dimension.
  public let shape: [Int]
  /// The elements.
  public let contents: TensorContents

  /// The most dimensions a tensor may have.
  public static let rankLimit = 8

  /// Creates a tensor.
  ///
  /// - Throws: ``OpenInferenceError`` when the shape has another number of elements.
  public init(
    name: String, shape: [Int], contents: TensorContents
  ) throws(OpenInferenceError) {
    let wanted = try Self.elementCount(of: shape, ofTensor: name)
    guard contents.count == wanted else {
      throw .invalid(
        "input \(name) has \(contents.count) elements; its shape \(shape) is one of \(wanted)")
    }
    self.name = name
    self.shape = shape
    self.contents = contents
  }

  /// Creates a tensor of one dimension.
  init(name: String, _ contents: TensorContents) {
    self.name = name
    shape = [contents.count]
    self.contents = contents
  }

  /// Creates a tensor of rows.
  ///
  /// - Precondition: the contents are whole rows.
  init(name: String, _ contents: TensorContents, columns: Int) {
    precondition(columns > 0 && contents.count.isMultiple(of: columns), "the rows are whole")
    self.name = name
    shape = [contents.count / columns, columns]
    self.contents = contents
  }

  private static func elementCount(
    of shape: [Int], ofTensor name: String
  ) throws(OpenInferenceError) -> Int {
    guard shape.count <= rankLimit else {
      throw .invalid("input \(name) has \(shape.count) dimensions; there may be \(rankLimit)")
    }
    var count = 1
    for length in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else {
        throw .invalid("input \(name) has the shape \(shape), which no tensor can have")
      }
      count = product
    }
    return count
  }
}
