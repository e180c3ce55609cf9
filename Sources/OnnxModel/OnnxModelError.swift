public import Networks

/// Why a network could not be written as an ONNX model.
public enum OnnxModelError: Error, Sendable, Hashable {
  /// The weights are not the network's.
  case unfitWeights(StateDictError)
  /// There are more or fewer class names than logits.
  case labelCount(found: Int, expected: Int)
  /// The model has no form as a file, which cannot be larger than 2 GiB.
  case unencodable(reason: String)
  /// The file cannot be written.
  case unwritable(path: String, reason: String)
}

extension OnnxModelError: CustomStringConvertible {
  /// What does not fit, or cannot be written.
  public var description: String {
    switch self {
    case .unfitWeights(let error): error.description
    case .labelCount(let found, let expected):
      "there are \(found) class names for the \(expected) classes of the network"
    case .unencodable(let reason): "the network cannot be an ONNX model: \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    }
  }
}
