import APIKeys
import HTTPTypes
import Hummingbird
import Logging

/// Lets requests through whose key may do what they ask.
struct Authenticator: Sendable {
  let keys: KeyRing
  let attempts: AttemptLimiter
  let rates = RateLimiter()
  /// Requests a minute of keys that have no limit of their own; `nil` for no limit.
  let defaultRate: Int?
  /// The clock that limits go by.
  let now: @Sendable () -> ContinuousClock.Instant
  let logger: Logger

  /// The handler of an endpoint, with the check of the key before it.
  func guarding(_ endpoint: Endpoint) -> Endpoint.Handler {
    guard let role = endpoint.role else { return endpoint.handler }
    return { request, context in
      let key = try authenticate(request, context)
      context.notes.note { $0.keyID = key.id }
      guard key.role >= role else {
        throw APIError(
          status: .forbidden, code: .forbidden,
          message: "this needs a key with the role \(role.rawValue); yours has \(key.role.rawValue)"
        )
      }
      let limits = try admit(key)
      var context = context
      context.key = key
      var response = try await endpoint.handler(request, context)
      response.headers.append(contentsOf: limits)
      return response
    }
  }

  private func authenticate(_ request: Request, _ context: ServiceContext) throws(APIError)
    -> APIKey
  {
    let secret = request.headers[.apiKey]
    let key = secret.flatMap { keys.key(forSecret: $0) }
    let address = context.clientAddress
    if let seconds = attempts.delay(for: address, keyID: key?.id, at: now()) {
      throw APIError(
        status: .tooManyRequests, code: .rateLimited,
        message: "too many wrong keys came from your address; wait \(seconds) s",
        headers: [.retryAfter: String(seconds)])
    }
    if let key { return key }
    if secret != nil { attempts.recordFailure(from: address, at: now()) }
    logger.warning(
      secret == nil ? "a request had no key" : "a request had a wrong key",
      metadata: [
        "request_id": .string(context.requestID), "client": .string(address),
        "method": .string(request.method.rawValue), "path": .string(request.uri.path),
      ])
    throw APIError(
      status: .unauthorized, code: .unauthorized,
      message: secret == nil
        ? "the header X-API-Key is missing" : "the key is unknown, revoked or expired",
      headers: [.wwwAuthenticate: #"ApiKey realm="atelier", header="X-API-Key""#])
  }

  private func admit(_ key: APIKey) throws(APIError) -> HTTPFields {
    guard let limit = key.requestsPerMinute ?? defaultRate else { return [:] }
    let verdict = rates.admit(keyID: key.id, requestsPerMinute: limit, at: now())
    var fields: HTTPFields = [
      .rateLimitLimit: String(verdict.limit), .rateLimitRemaining: String(verdict.remaining),
      .rateLimitReset: String(verdict.secondsUntilReset),
    ]
    guard !verdict.isAllowed else { return fields }
    fields[.retryAfter] = String(verdict.retryAfter)
    throw APIError(
      status: .tooManyRequests, code: .rateLimited,
      message: "the key may make \(limit) requests a minute; wait \(verdict.retryAfter) s",
      headers: fields)
  }
}
