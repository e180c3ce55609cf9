public import Redis

/// Why shared counts could not be read.
public enum CounterError: Error, Sendable, Hashable {
  /// Redis does not answer as it should.
  case redis(RedisError)
  /// The server does not have the counts; they are being written again.
  case lost
  /// The database, from which counts are written, cannot be read.
  case sourceUnavailable
}

extension CounterError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .redis(let error): error.description
    case .lost: "Redis has lost the counts; they are being written again"
    case .sourceUnavailable: "the counts cannot be read from the database"
    }
  }
}
