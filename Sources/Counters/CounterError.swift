/// Why counts could not be read or written.
public enum CounterError: Error, Sendable, Hashable {
  /// The address is not one of a Redis server.
  case invalidURL(reason: String)
  /// The server cannot be reached.
  case unreachable(reason: String)
  /// The server answered with an error.
  case refused(reason: String)
  /// The server does not have the counts; they are being written again.
  case lost
  /// The database, from which counts are written, cannot be read.
  case sourceUnavailable
}

extension CounterError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .invalidURL(let reason):
      "the address of Redis is not usable: \(reason); write redis://HOST:PORT/DATABASE"
    case .unreachable(let reason): "Redis cannot be reached: \(reason)"
    case .refused(let reason): "Redis refused a command: \(reason)"
    case .lost: "Redis has lost the counts; they are being written again"
    case .sourceUnavailable: "the counts cannot be read from the database"
    }
  }
}
