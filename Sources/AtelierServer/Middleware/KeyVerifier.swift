import APIKeys
import HTTPTypes
import Hummingbird
import Logging

/// Looks up the secrets of keys, and slows those who guess them.
struct KeyVerifier: Sendable {
  let keys: KeyRing
  let attempts: AttemptLimiter
  /// The clock that limits go by.
  let now: @Sendable () -> ContinuousClock.Instant
  let logger: Logger

  /// Where a secret came from, for the log.
  struct Origin {
    let requestID: String
    let clientAddress: String
    let method: String
    let path: String
  }

  /// The key with the secret that came with a request.
  ///
  /// - Parameter secret: `nil` when none came.
  /// - Throws: As ``key(forSecret:from:)``.
  func key(
    forSecret secret: String?, _ request: Request, _ context: ServiceContext
  ) async throws(APIError) -> APIKey {
    try await key(
      forSecret: secret,
      from: Origin(
        requestID: context.requestID, clientAddress: context.clientAddress,
        method: request.method.rawValue, path: request.uri.path))
  }

  /// The key with a secret.
  ///
  /// - Parameter secret: `nil` when none came.
  /// - Throws: ``APIError`` with status 401 when there is no such key, 429 when too many wrong ones came
  ///   from the same address.
  func key(forSecret secret: String?, from caller: Origin) async throws(APIError) -> APIKey {
    let key = secret.flatMap { keys.key(forSecret: $0) }
    let address = caller.clientAddress
    let origin = Self.origin(of: address)
    let attempt =
      key.map { AttemptLimiter.Attempt.right(keyID: $0.id) } ?? (secret == nil ? .none : .wrong)
    if let seconds = await attempts.delay(attempt, from: origin, at: now()) {
      throw APIError(
        status: .tooManyRequests, code: .rateLimited,
        message: "too many wrong keys came from your address; wait \(seconds) s",
        headers: [.retryAfter: String(seconds)])
    }
    if let key { return key }
    logger.warning(
      secret == nil ? "a request had no key" : "a request had a wrong key",
      metadata: [
        "request_id": .string(caller.requestID), "client": .string(address),
        "method": .string(caller.method), "path": .string(caller.path),
      ])
    throw APIError(
      status: .unauthorized, code: .unauthorized,
      message: secret == nil
        ? "the header X-API-Key is missing" : "the key is unknown, revoked or expired",
      headers: [.wwwAuthenticate: #"ApiKey realm="atelier", header="X-API-Key""#])
  }

  /// What wrong keys are counted by: an address of IPv4, or 64 bits of one of IPv6, for whoever has one
  /// of these has the rest of them too (RFC 6177).
  private static func origin(of address: String) -> String {
    guard address.utf8.contains(UInt8(ascii: ":")), let parsed = InternetAddress(address),
      !parsed.isIPv4
    else { return address }
    return String(parsed.bits >> 64, radix: 16)
  }
}
