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
  /// A value of a new key cannot be used.
  case unusable(reason: String)
  /// The key comes from the configuration, which a running service does not change.
  case configured(id: String)
  /// The key is the one that asks for its own end.
  case isOwn(id: String)
  /// Without the key, no other works that may manage keys.
  case isLastAdmin(id: String)
  /// The service has no file to keep keys in.
  case noStore
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
    case .unusable(let reason): reason
    case .configured(let id):
      "the key \(id) is part of ATELIER_API_KEYS; take it out there, and start the service again"
    case .isOwn(let id):
      "the key \(id) is the one you use: everything that uses it is locked out at once, you too; "
        + "confirm it if that is meant"
    case .isLastAdmin(let id):
      "the key \(id) is the last one that may manage keys: without it, only the command line "
        + "on the machine of the service can make new ones; confirm it if that is meant"
    case .noStore: "the service has no file to keep keys in"
    }
  }
}
