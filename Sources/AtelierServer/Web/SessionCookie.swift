import APIKeys
import HTTPTypes
import Hummingbird

/// Requests of a page whose browser was signed in.
struct SessionCookie: CallerIdentification {
  let signer: SessionSigner

  static let name = "atelier_session"

  /// How long a browser keeps an ended session, in seconds, so that the page to sign in on can say
  /// that it has ended.
  static let remembrance = 30 * 24 * 3_600

  /// The session of a request, and its key; `nil` when it has none that works.
  func session(of request: Request) -> (session: Session, key: APIKey)? {
    request.cookies[Self.name].flatMap { signer.session(token: $0.value) }
  }

  /// Whether a request has a session that works no more.
  func hasEnded(of request: Request) -> Bool {
    request.cookies[Self.name] != nil && session(of: request) == nil
  }

  func key(of request: Request, _ context: ServiceContext) throws(APIError) -> APIKey {
    try signedIn(request).key
  }

  /// The session of a request, and its key.
  ///
  /// - Throws: ``APIError`` with status 401 when it has none that works, 403 when it would change
  ///   something and does not come from a page of the session.
  func signedIn(_ request: Request) throws(APIError) -> (session: Session, key: APIKey) {
    guard let (session, key) = session(of: request) else {
      throw APIError(
        status: .unauthorized, code: .unauthorized,
        message: "nobody is signed in, or the session has ended; sign in again")
    }
    // A cookie comes along with requests that other sites bring about; the token does not.
    guard
      request.method == .get || request.method == .head
        || SessionSigner.isEqual(
          request.headers[.csrfToken] ?? "", signer.csrfToken(of: session, key: key))
    else {
      throw APIError(
        status: .forbidden, code: .forbidden,
        message: "the header X-CSRF-Token is missing or wrong; GET /session has it")
    }
    return (session, key)
  }

  /// The cookie that signs a browser in.
  func cookie(for session: Session, key: APIKey, _ request: Request) -> Cookie {
    Self.cookie(
      value: signer.token(of: session, key: key), lifetime: Session.lifetime + Self.remembrance,
      request)
  }

  /// The cookie that signs a browser out.
  static func removal(_ request: Request) -> Cookie { cookie(value: "", lifetime: 0, request) }

  private static func cookie(value: String, lifetime: Int, _ request: Request) -> Cookie {
    Cookie(
      name: name, value: value, maxAge: lifetime, path: "/",
      // Behind a proxy that speaks HTTPS; whoever sends it falsely only harms their own cookie.
      secure: request.headers[.forwardedProtocol]?.lowercased() == "https", httpOnly: true,
      sameSite: .strict)
  }
}

extension HTTPField.Name {
  static let csrfToken = HTTPField.Name(constant: "X-CSRF-Token")
  static let forwardedProtocol = HTTPField.Name(constant: "X-Forwarded-Proto")
  static let fetchSite = HTTPField.Name(constant: "Sec-Fetch-Site")
}
