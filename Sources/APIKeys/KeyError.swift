/// Why keys could not be read, made or revoked.
public enum KeyError: Error, Sendable, Hashable {
  /// An entry of `ATELIER_API_KEYS` is not `KEY:ROLE`. Entries are counted from 1, and not shown.
  case malformedEntry(position: Int, reason: String)
  /// The file of keys cannot be read.
  case unreadable(path: String, reason: String)
  /// The file of keys cannot be written.
  case unwritable(path: String, reason: String)
  /// There is no key with that identity.
  case notFound(id: String)
}

extension KeyError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .malformedEntry(let position, let reason):
      "entry \(position) of the API keys \(reason); the keys are written KEY:ROLE,KEY:ROLE, and the "
        + "roles are \(Role.allCases.map(\.rawValue).joined(separator: ", "))"
    case .unreadable(let path, let reason): "cannot read the keys in \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write the keys to \(path): \(reason)"
    case .notFound(let id): "there is no key \(id); see atelier keys list"
    }
  }
}
