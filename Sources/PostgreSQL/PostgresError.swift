/// Why PostgreSQL did not do what it was asked.
public enum PostgresError: Error, Sendable, Hashable {
  /// The address is not one of a PostgreSQL server.
  case invalidURL(reason: String)
  /// The server cannot be reached, or went away; what was asked last may have been done.
  case unreachable(reason: String)
  /// The server answered with an error, whose SQLSTATE is given.
  case refused(code: String, reason: String)
  /// The server answered with something else than was asked for.
  case unexpected(reason: String)
  /// More work waits than may wait.
  case overloaded
  /// The connections were closed.
  case closed
}

extension PostgresError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .invalidURL(let reason):
      "the address of PostgreSQL is not usable: \(reason); write "
        + "postgres://USER:PASSWORD@HOST:PORT/DATABASE, with % before the codes of special characters"
    case .unreachable(let reason): "PostgreSQL cannot be reached: \(reason)"
    case .refused(let code, let reason): "PostgreSQL refused a statement: \(reason) (\(code))"
    case .unexpected(let reason): "PostgreSQL answered with something else: \(reason)"
    case .overloaded: "too much waits for PostgreSQL"
    case .closed: "the connections to PostgreSQL were closed"
    }
  }
}

extension PostgresError {
  /// The SQLSTATE of an answer that is an error (PostgreSQL's documentation, appendix A).
  public var code: String? {
    if case .refused(let code, _) = self { return code }
    return nil
  }

  /// What keeps one from the server, without a sentence around it; of other errors, the description.
  public var reason: String {
    if case .unreachable(let reason) = self { reason } else { "\(self)" }
  }

  /// The error of an answer: that of a server that goes away says so, whatever it was asked.
  static func answer(code: String, reason: String) -> PostgresError {
    // Connection exceptions; an operator's shutdown, a crash, a start, a recovery.
    code.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(code)
      ? .unreachable(reason: reason) : .refused(code: code, reason: reason)
  }
}
