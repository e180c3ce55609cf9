/// Why Redis did not do what it was asked.
public enum RedisError: Error, Sendable, Hashable {
  /// The address is not one of a Redis server.
  case invalidURL(reason: String)
  /// The server cannot be reached.
  case unreachable(reason: String)
  /// The server answered with an error.
  case refused(reason: String)
}

extension RedisError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .invalidURL(let reason):
      "the address of Redis is not usable: \(reason); write redis://HOST:PORT/DATABASE"
    case .unreachable(let reason): "Redis cannot be reached: \(reason)"
    case .refused(let reason): "Redis refused a command: \(reason)"
    }
  }
}
