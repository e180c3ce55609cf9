import APIKeys
import HTTPTypes
import Hummingbird

/// Lets requests through whose key may do what they ask.
struct Authenticator: Sendable {
  /// How requests say whose they are.
  var identification: any CallerIdentification
  let rates: RateLimiter
  /// Requests a minute of keys that have no limit of their own; `nil` for no limit.
  let defaultRate: Int?
  /// The clock that limits go by.
  let now: @Sendable () -> ContinuousClock.Instant

  /// The handler of an endpoint, with the check of the key before it, and of how the body is encoded.
  func guarding(_ endpoint: Endpoint) -> Endpoint.Handler {
    guard let role = endpoint.role else { return endpoint.handler }
    return { request, context in
      let key = try await identification.key(of: request, context)
      context.notes.note { $0.keyID = key.id }
      let limits = try await admit(key, needing: role)
      try request.checkEncoding()
      var context = context
      context.key = key
      var response = try await endpoint.handler(request, context)
      response.headers.append(contentsOf: limits)
      return response
    }
  }

  /// Lets a key through that has a role, as long as it keeps to its limit.
  ///
  /// - Returns: The fields of the answer that say how much is left.
  /// - Throws: ``APIError`` with status 403 or 429.
  func admit(_ key: APIKey, needing role: Role) async throws(APIError) -> HTTPFields {
    guard key.role >= role else {
      throw APIError(
        status: .forbidden, code: .forbidden,
        message: "this needs a key with the role \(role.rawValue); yours has \(key.role.rawValue)")
    }
    guard let limit = key.requestsPerMinute ?? defaultRate else { return [:] }
    let verdict = await rates.admit(keyID: key.id, requestsPerMinute: limit, at: now())
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
