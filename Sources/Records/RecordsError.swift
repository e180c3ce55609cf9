/// Why a record could not be stored or read.
public enum RecordsError: Error, Sendable, Hashable {
  /// The database could not be opened or brought to the current schema.
  case cannotOpen(path: String, reason: String)
  /// A copy of the database could not be written.
  case cannotBackUp(path: String, reason: String)
  /// Predictions could not be written to a file for others to read.
  case cannotExport(reason: String)
  /// Predictions could not be copied to another database.
  case cannotMigrate(reason: String)
  /// There is no room for the record.
  case diskFull
  /// Another process held the database for too long.
  case busy
  /// The server of the database cannot be reached, or went away: what was being written may be stored.
  case unreachable(reason: String)
  /// The database, or the disk it is on, is damaged or was taken away.
  case broken(reason: String)
  /// A record with this identity is already there.
  case duplicate(id: String)
  /// More records wait to be stored than the store may hold.
  case overloaded
  /// The store was closed.
  case closed
}

extension RecordsError: CustomStringConvertible {
  /// What is wrong, and how to mend it.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open the database \(path): \(reason)"
    case .cannotBackUp(let path, let reason):
      "cannot back up to \(path): \(reason)"
    case .cannotExport(let reason):
      "the predictions cannot be exported: \(reason)"
    case .cannotMigrate(let reason): "the predictions cannot be migrated: \(reason)"
    case .diskFull: "the disk that holds the database is full; make room on it"
    case .busy: "another process keeps the database locked"
    case .unreachable(let reason): "the database cannot be reached: \(reason)"
    case .broken(let reason): "the database cannot be used: \(reason)"
    case .duplicate(let id): "there already is a record \(id)"
    case .overloaded: "too many records wait for the disk"
    case .closed: "the database was closed"
    }
  }
}
