/// What a job does; each kind has its ``JobHandler``. Modules that bring one add a constant here.
public struct JobKind: RawRepresentable, Sendable, Hashable {
  /// The name, as the database, Redis and callers have it: lowercase letters, digits and dashes.
  public let rawValue: String

  /// Names a kind.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }
}
