/// Why a job cannot be asked for.
public enum JobError: Error, Sendable, Hashable {
  /// More jobs wait than may.
  case tooManyWaiting(limit: Int)
}

extension JobError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .tooManyWaiting(let limit): "\(limit) jobs wait already; try again when some are done"
    }
  }
}
