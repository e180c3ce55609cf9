/// Why the service cannot run.
public enum ServiceError: Error, Sendable, Hashable {
  /// Nothing can listen there.
  case cannotListen(host: String, port: Int, option: String, reason: String)
}

extension ServiceError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .cannotListen(let host, let port, let option, let reason):
      "cannot listen on \(host), port \(port): \(reason); choose others with --host and \(option)"
    }
  }
}
