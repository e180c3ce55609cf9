public import APIKeys

/// Opens the keys that a server with the same settings accepts, whether it runs or not.
public struct KeysHost: Sendable {
  private let settings: Settings

  /// Creates a host.
  public init(_ settings: Settings) {
    self.settings = settings
  }

  /// The keys: in a file, or in the PostgreSQL that servers share, which gets the service's tables if it
  /// has none.
  ///
  /// - Throws: `KeyError`, `PostgresError` or `RecordsError` when they cannot be read.
  public func keys() throws -> any KeyStorage {
    guard try settings.databaseAddress != nil else {
      return Storage.keyFile(home: settings.homeDirectory)
    }
    return try Storage(settings).keys()
  }
}
