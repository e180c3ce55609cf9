import APIKeys
import HTTPTypes
import Hashing
import Hummingbird

/// The pages and the files they load.
struct WebPages: Sendable {
  let cookie: SessionCookie
  /// Whether there is a page of stored predictions.
  let offersStored: Bool
  private let assets = WebResources.assets
  private let words = WebResources.words
  private let pages = WebResources.pages

  enum Page: String, CaseIterable {
    case signIn = "/sign-in"
    case classify = "/"
    case stored = "/stored/{id}"
    case system = "/system"

    /// Its name in words and files.
    var name: String {
      switch self {
      case .signIn: "sign-in"
      case .classify: "classify"
      case .stored: "stored"
      case .system: "system"
      }
    }
  }

  static let themeCookieName = "atelier_theme"

  init(cookie: SessionCookie, offersStored: Bool) {
    self.cookie = cookie
    self.offersStored = offersStored
  }

  var endpoints: [Endpoint] {
    Page.allCases.filter { $0 != .stored || offersStored }.map { page in
      Endpoint(.get, page.rawValue, statuses: [200, 303, 304], isDocumented: false) { request, _ in
        show(page, request)
      }
    } + [
      Endpoint(
        .get, "/assets/:digest/:name", statuses: [200, 304, 404], isDocumented: false,
        handler: file)
    ]
  }

  /// A page; those who are not signed in see the one to sign in on.
  private func show(_ page: Page, _ request: Request) -> Response {
    let key = cookie.session(of: request)?.key
    let isSignedIn = key != nil
    if isSignedIn == (page == .signIn) {
      return Response(
        status: .seeOther,
        headers: [
          .location: isSignedIn ? "/" : Self.wayIn(to: page, request), .cacheControl: "no-store",
        ])
    }
    let language = PreferredLanguage(request)
    var words = words[language] ?? [:]
    words["language"] = language.tag
    words["page"] = page.name
    words["script"] = page.name
    words["role"] = key?.role.rawValue
    words["title"] = words["\(page.name).title"]
    words["assets"] = "/assets/\(assets.digest)"
    words["theme"] = Self.theme(request)
    let content = Array((pages[page]?.filled(with: words) ?? "").utf8)
    var headers = Self.pageHeaders
    headers[.contentLanguage] = language.tag
    return Self.answer(
      content, entityTag: "\"\(ContentHash.sha256(of: content).prefix(16))\"", headers, request)
  }

  /// The page to sign in on, which leads back to the page that was asked for.
  private static func wayIn(to page: Page, _ request: Request) -> String {
    let path = request.uri.path
    let isPlain = path.utf8.allSatisfy { (0x21..<0x7f).contains($0) && $0 != UInt8(ascii: "&") }
    return page == .classify || !isPlain ? "/sign-in" : "/sign-in?next=\(path)"
  }

  private static func theme(_ request: Request) -> String {
    let theme = request.cookies[themeCookieName]?.value ?? ""
    return ["light", "dark"].contains(theme) ? theme : "auto"
  }

  @Sendable private func file(_ request: Request, _ context: ServiceContext) throws -> Response {
    guard let asset = context.parameters.get("name").flatMap({ assets.files[$0] }) else {
      throw APIError(status: .notFound, code: .notFound, message: "there is no such file")
    }
    // The address of another build's file must not be kept with this build's content.
    let isCurrent = context.parameters.get("digest") == assets.digest
    return Self.answer(
      asset.content, entityTag: asset.entityTag,
      [
        .contentType: asset.type, .xContentTypeOptions: "nosniff",
        .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
      ], request)
  }

  private static func answer(
    _ content: [UInt8], entityTag: String, _ headers: HTTPFields, _ request: Request
  ) -> Response {
    var headers = headers
    headers[.eTag] = entityTag
    if request.headers[.ifNoneMatch]?.contains(entityTag) == true {
      return Response(status: .notModified, headers: headers)
    }
    return .text(content, headers: headers)
  }

  private static let pageHeaders: HTTPFields = {
    var headers: HTTPFields = [
      .contentType: "text/html; charset=utf-8", .cacheControl: "private, no-cache",
      .vary: "Accept-Language, Cookie", .xContentTypeOptions: "nosniff",
      .contentSecurityPolicy:
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        + "img-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ]
    headers[.referrerPolicy] = "no-referrer"
    headers[.openerPolicy] = "same-origin"
    return headers
  }()
}

extension HTTPField.Name {
  static let referrerPolicy = HTTPField.Name(constant: "Referrer-Policy")
  static let openerPolicy = HTTPField.Name(constant: "Cross-Origin-Opener-Policy")
}
