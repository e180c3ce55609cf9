/// Why a state dict does not fit a network.
public enum StateDictError: Error, Sendable, Hashable {
  /// It has more or fewer parameters than the network.
  case parameterCount(found: Int, expected: Int)
  /// A parameter has another shape than the network's.
  case shape(name: String, found: [Int], expected: [Int])
  /// A parameter holds a NaN or an infinity.
  case notFinite(name: String)
}

extension StateDictError: CustomStringConvertible {
  /// Which parameter does not fit, and how.
  public var description: String {
    switch self {
    case .parameterCount(let found, let expected):
      "the weights have \(found) parameters where the architecture has \(expected); "
        + "are they of another architecture?"
    case .shape(let name, let found, let expected):
      "the parameter \(name) has the shape \(found) where the architecture has \(expected); "
        + "are the weights of another architecture or number of classes?"
    case .notFinite(let name):
      "the parameter \(name) holds values that are not finite numbers; the training run diverged"
    }
  }
}
