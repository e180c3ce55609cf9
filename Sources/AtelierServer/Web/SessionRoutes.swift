import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Signing in and out of the web interface.
struct SessionRoutes: Sendable {
  let verifier: KeyVerifier
  let cookie: SessionCookie
  let link: SignInLink?
  let service: WebServiceFacts

  private static let bodyLimit = 4_096

  var endpoints: [Endpoint] {
    [
      Endpoint(
        .post, "/session", statuses: [200, 400, 401, 403, 413, 415, 429], handler: signIn),
      Endpoint(.get, "/session", statuses: [200, 401], handler: current),
      Endpoint(.delete, "/session", statuses: [204, 401, 403], handler: signOut),
    ]
  }

  /// The body of a request to sign in: one of both.
  private struct Credentials: Decodable {
    var key: String?
    var token: String?
  }

  @Sendable private func signIn(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    try Self.refuseOtherSites(request)
    let credentials = try await Self.credentials(request)
    let key =
      if let token = credentials.token {
        try await key(forToken: token, request, context)
      } else {
        try await verifier.key(forSecret: credentials.key ?? "", request, context)
      }
    context.notes.note { $0.keyID = key.id }
    let session = Session(keyID: key.id)
    var response = answer(session, key)
    response.setCookie(cookie.cookie(for: session, key: key, request))
    return response
  }

  @Sendable private func current(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let (session, key) = try cookie.signedIn(request)
    context.notes.note { $0.keyID = key.id }
    return answer(session, key)
  }

  @Sendable private func signOut(
    _ request: Request, _ context: ServiceContext
  ) async throws -> Response {
    let (_, key) = try cookie.signedIn(request)
    context.notes.note { $0.keyID = key.id }
    var response = Response(status: .noContent)
    response.setCookie(SessionCookie.removal(request))
    return response
  }

  private func key(
    forToken token: String, _ request: Request, _ context: ServiceContext
  ) async throws(APIError) -> APIKey {
    if let id = link?.redeem(token, at: verifier.now()), let key = verifier.keys.key(withID: id) {
      return key
    }
    // Counts as a wrong key, so that links cannot be guessed any faster.
    do {
      return try await verifier.key(forSecret: token, request, context)
    } catch  where error.status == .unauthorized {
      throw APIError(
        status: .unauthorized, code: .unauthorized,
        message: "the link was used already, or is too old; sign in with a key")
    }
  }

  private static func refuseOtherSites(_ request: Request) throws(APIError) {
    guard let site = request.headers[.fetchSite], site != "same-origin", site != "none" else {
      return
    }
    throw APIError(
      status: .forbidden, code: .forbidden, message: "another site may not sign anybody in here")
  }

  private static func credentials(_ request: Request) async throws(APIError) -> Credentials {
    // Forms of other sites cannot send JSON.
    guard request.headers[.contentType]?.lowercased().hasPrefix("application/json") == true else {
      throw APIError(
        status: .unsupportedMediaType, code: .unsupportedType,
        message: "send JSON: {\"key\": \"...\"}")
    }
    let body = try await request.collectBody(upTo: bodyLimit)
    guard
      let credentials = try? JSONDecoder().decode(
        Credentials.self, from: Data(body.readableBytesView)),
      (credentials.key == nil) != (credentials.token == nil)
    else {
      throw .invalidRequest("the body must be {\"key\": \"...\"}")
    }
    return credentials
  }

  private func answer(_ session: Session, _ key: APIKey) -> Response {
    .json(
      [
        "key": [
          "id": .string(key.id), "name": .string(key.name), "role": .string(key.role.rawValue),
        ],
        "expires": .string(
          Date(timeIntervalSince1970: Double(session.expires)).formatted(.iso8601)),
        "csrf_token": .string(cookie.signer.csrfToken(of: session, key: key)),
        "service": service.json,
      ], headers: [.cacheControl: "no-store"])
  }
}
