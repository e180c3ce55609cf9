/// What an answered prediction survives.
public enum Durability: String, CaseIterable, Sendable {
  /// A loss of power: each commit waits until the disk says that it has the log.
  case power
  /// The death of the process, but not of the machine: each commit waits until the system has the
  /// log, and the disk gets it soon after. The database itself stays whole in any case.
  case process

  /// The value of SQLite's `synchronous` for a database in write-ahead mode.
  var synchronous: String {
    switch self {
    case .power: "FULL"
    case .process: "NORMAL"
    }
  }
}
