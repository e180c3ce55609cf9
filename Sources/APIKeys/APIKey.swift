public import Foundation

/// A key that was given to a caller, without the secret itself.
public struct APIKey: Sendable, Hashable, Codable {
  /// The key's identity, for lists, logs and records.
  public var id: String
  /// Whom or what the key is for.
  public var name: String
  /// What the key may do.
  public var role: Role
  /// The hash of the secret.
  public var secretHash: SecretHash
  /// When the key was made; `nil` for keys of the configuration.
  public var created: Date?
  /// When the key stops working by itself.
  public var expires: Date?
  /// When the key was revoked.
  public var revoked: Date?
  /// Requests a minute the key may make; `nil` leaves it to the service's configuration.
  public var requestsPerMinute: Int?

  /// Creates a key.
  public init(
    id: String, name: String, role: Role, secretHash: SecretHash, created: Date? = nil,
    expires: Date? = nil, revoked: Date? = nil, requestsPerMinute: Int? = nil
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.secretHash = secretHash
    self.created = created
    self.expires = expires
    self.revoked = revoked
    self.requestsPerMinute = requestsPerMinute
  }

  /// Whether the key works at a time: it is neither revoked nor expired.
  public func isValid(at date: Date = Date()) -> Bool { state(at: date) == .valid }

  /// Whether the key works at a time, or why not.
  public func state(at date: Date = Date()) -> KeyState {
    if revoked != nil { return .revoked }
    return expires.map { date < $0 } ?? true ? .valid : .expired
  }
}
