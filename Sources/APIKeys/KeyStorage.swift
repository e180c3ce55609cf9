public import Foundation

/// Where keys are kept that can change while the service runs.
public protocol KeyStorage: Sendable {
  /// What is another one once the keys have changed. It is asked for at each request, so it must not wait.
  var stamp: KeyStamp? { get }

  /// All keys, the oldest first, with those that are revoked or expired.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``.
  func keys() throws(KeyError) -> [APIKey]

  /// Changes the keys while nobody else can. It waits for others and for the disk.
  ///
  /// - Parameter body: Adds or changes keys; nothing is changed when it throws.
  /// - Throws: ``KeyError`` when the keys cannot be read or written; what `body` throws.
  func change<Value>(
    _ body: (inout [APIKey]) throws(KeyError) -> Value
  ) throws(KeyError) -> Value

  /// How often to look for what others have changed; `nil` where ``stamp`` tells at once.
  var refreshInterval: Duration? { get }

  /// Looks for what others have changed. It waits for the disk or the network.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``; the keys known before stay.
  func refresh() throws(KeyError)
}

/// Tells one state of the keys from another.
public struct KeyStamp: Sendable, Hashable {
  private let parts: [Int]

  /// Creates a stamp of some numbers.
  public init(_ parts: Int...) {
    self.parts = parts
  }
}

/// A key that was just made, with its secret, which is not kept anywhere.
public struct NewKey: Sendable {
  /// The key.
  public let key: APIKey
  /// What the caller sends in `X-API-Key`.
  public let secret: String

  /// Makes a key with a random secret.
  init(name: String, role: Role, expires: Date?, requestsPerMinute: Int?) {
    secret = "atl_" + Self.randomText()
    key = APIKey(
      id: "key-\(Self.randomText().prefix(8))", name: name, role: role,
      secretHash: SecretHash(of: secret), created: Date(), expires: expires,
      requestsPerMinute: requestsPerMinute)
  }

  /// 256 random bits in base64url (RFC 4648, section 5) without padding.
  private static func randomText() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}

extension KeyStorage {
  /// Makes a key with a random secret.
  ///
  /// - Parameters:
  ///   - name: Whom or what the key is for.
  ///   - role: What the key may do.
  ///   - expires: When the key stops working, if ever.
  ///   - requestsPerMinute: A limit of its own.
  /// - Returns: The key and its secret, which cannot be had again.
  /// - Throws: ``KeyError`` when the keys cannot be read or written.
  public func create(
    name: String, role: Role, expires: Date? = nil, requestsPerMinute: Int? = nil
  ) throws(KeyError) -> NewKey {
    try change { keys throws(KeyError) in
      let new = NewKey(
        name: name, role: role, expires: expires, requestsPerMinute: requestsPerMinute)
      keys.append(new.key)
      return new
    }
  }

  /// Makes a key as it was asked for.
  ///
  /// - Returns: The key and its secret, which cannot be had again.
  /// - Throws: ``KeyError`` when the keys cannot be read or written.
  public func create(_ request: KeyRequest) throws(KeyError) -> NewKey {
    try create(
      name: request.name, role: request.role,
      expires: request.expiresInDays.map { Date() + Double($0) * 86_400 },
      requestsPerMinute: request.requestsPerMinute)
  }

  /// Makes a key that may do everything, unless there are keys: of servers that start together, one does.
  ///
  /// - Returns: The key and its secret; `nil` when there were keys.
  /// - Throws: ``KeyError`` when the keys cannot be read or written.
  public func createFirst() throws(KeyError) -> NewKey? {
    guard try keys().isEmpty else { return nil }
    return try change { keys throws(KeyError) in
      guard keys.isEmpty else { return nil }
      let new = NewKey(name: "first key", role: .admin, expires: nil, requestsPerMinute: nil)
      keys.append(new.key)
      return new
    }
  }

  /// Removes a key as if it had never been made: one whose secret nobody was shown. Does nothing when there
  /// is no such key.
  ///
  /// - Parameter id: The key's identity.
  /// - Throws: ``KeyError`` when the keys cannot be read or written.
  public func withdraw(id: String) throws(KeyError) {
    try change { keys throws(KeyError) in keys.removeAll { $0.id == id } }
  }

  /// Revokes a key.
  ///
  /// - Parameters:
  ///   - id: The key's identity.
  ///   - check: Told all keys while nobody else can change them, to refuse by throwing.
  /// - Returns: The key as it is now.
  /// - Throws: ``KeyError`` when there is no such key, or the keys cannot be read or written; what
  ///   `check` throws.
  @discardableResult
  public func revoke(
    id: String, check: ([APIKey]) throws(KeyError) -> Void = { _ in }
  ) throws(KeyError) -> APIKey {
    try change { keys throws(KeyError) in
      guard let index = keys.firstIndex(where: { $0.id == id }) else { throw .notFound(id: id) }
      try check(keys)
      if keys[index].revoked == nil { keys[index].revoked = Date() }
      return keys[index]
    }
  }
}
