/// Why there is no secret to sign sessions with.
public struct SessionSecretError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let reason: String

  /// What is wrong, and with what.
  public var description: String { "cannot use the session secret \(path): \(reason)" }
}
