/// Why spans cannot be exported.
public enum TracingError: Error, Sendable, Hashable {
  /// An environment variable has an unusable value; the value is left out where it may be a secret.
  case unusable(_ variable: String, _ value: String?, reason: String)
}

extension TracingError: CustomStringConvertible {
  /// What is wrong, with which variable.
  public var description: String {
    switch self {
    case .unusable(let variable, let value, let reason):
      "\(variable)\(value.map { "=\($0)" } ?? "") cannot be used: \(reason)"
    }
  }
}
