import Files
public import Foundation

/// The keys that were made with `atelier keys create`, in a JSON file that only its owner can read.
///
/// The file holds hashes, never secrets. It is replaced whole, and changes of several processes
/// follow each other under a lock, so that a running service and the command line can share it.
public struct KeyStore: Sendable {
  /// The file.
  public let file: URL

  /// Opens the keys in a file, which need not exist.
  public init(file: URL) {
    self.file = file
  }

  /// A key that was just made, with its secret, which is not kept anywhere.
  public struct NewKey: Sendable {
    /// The key.
    public let key: APIKey
    /// What the caller sends in `X-API-Key`.
    public let secret: String
  }

  /// All keys, the oldest first, with those that are revoked or expired.
  ///
  /// - Throws: ``KeyError/unreadable(path:reason:)``.
  public func keys() throws(KeyError) -> [APIKey] {
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    do {
      return try JSONDocument.decode(Content.self, from: Data(contentsOf: file)).keys
    } catch let error as CocoaError {
      throw .unreadable(path: file.path, reason: error.localizedDescription)
    } catch {
      throw .unreadable(path: file.path, reason: "it is not a file of keys")
    }
  }

  /// Makes a key with a random secret.
  ///
  /// - Parameters:
  ///   - name: Whom or what the key is for.
  ///   - role: What the key may do.
  ///   - expires: When the key stops working, if ever.
  ///   - requestsPerMinute: A limit of its own.
  /// - Returns: The key and its secret, which cannot be had again.
  /// - Throws: ``KeyError`` when the file cannot be read or written.
  public func create(
    name: String, role: Role, expires: Date? = nil, requestsPerMinute: Int? = nil
  ) throws(KeyError) -> NewKey {
    try change { keys throws(KeyError) in
      let secret = "atl_" + Self.randomText()
      let key = APIKey(
        id: "key-\(Self.randomText().prefix(8))", name: name, role: role,
        secretHash: SecretHash(of: secret), created: Date(), expires: expires,
        requestsPerMinute: requestsPerMinute)
      keys.append(key)
      return NewKey(key: key, secret: secret)
    }
  }

  /// Makes a key as it was asked for.
  ///
  /// - Returns: The key and its secret, which cannot be had again.
  /// - Throws: ``KeyError`` when the file cannot be read or written.
  public func create(_ request: KeyRequest) throws(KeyError) -> NewKey {
    try create(
      name: request.name, role: request.role,
      expires: request.expiresInDays.map { Date() + Double($0) * 86_400 },
      requestsPerMinute: request.requestsPerMinute)
  }

  /// Revokes a key. A running service notices at once.
  ///
  /// - Parameters:
  ///   - id: The key's identity.
  ///   - check: Told all keys while nobody else can change them, to refuse by throwing.
  /// - Returns: The key as it is now.
  /// - Throws: ``KeyError`` when there is no such key, or the file cannot be read or written; what
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

  private struct Content: Codable {
    var format = 1
    var keys: [APIKey]
  }

  private func change<Value>(
    _ body: (inout [APIKey]) throws(KeyError) -> Value
  ) throws(KeyError) -> Value {
    let lock: FileLock
    do {
      lock = try FileLock(path: file.path + ".lock")
    } catch {
      throw .unwritable(path: error.path, reason: error.reason)
    }
    defer { lock.release() }
    var keys = try keys()
    let value = try body(&keys)
    do {
      // Created with its final permissions: the hashes are never readable to others, even shortly.
      try FileContents.write(
        JSONDocument.encode(Content(keys: keys)), to: file.path, permissions: 0o600)
    } catch let error as FileError {
      throw .unwritable(path: file.path, reason: error.reason)
    } catch {
      throw .unwritable(path: file.path, reason: error.localizedDescription)
    }
    return value
  }

  /// 256 random bits in base64url (RFC 4648, section 5) without padding.
  private static func randomText() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
