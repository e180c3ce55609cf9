import APIKeys
import Foundation
import HTTPTypes
import Hashing
import Hummingbird

/// The pages and the files they load.
struct WebPages: Sendable {
  let cookie: SessionCookie
  /// Whether there is a page of stored predictions.
  let offersStored: Bool
  private let assets = WebResources.assets

  static let themeCookieName = "atelier_theme"

  init(cookie: SessionCookie, offersStored: Bool) {
    self.cookie = cookie
    self.offersStored = offersStored
  }

  var endpoints: [Endpoint] {
    Page.allCases.compactMap { page in
      guard let path = page.path, offersStored || !page.showsStored else { return nil }
      return Endpoint(.get, path, statuses: [200, 303, 304, 403], isDocumented: false) {
        request, _ in show(page, request)
      }
    } + [
      Endpoint(
        .get, "/assets/:digest/:name", statuses: [200, 304, 404], isDocumented: false,
        handler: file)
    ]
  }

  /// A page; those who are not signed in see the one to sign in on, and those who may not see it are
  /// told so.
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
    let isAllowed = page.role.flatMap { role in key.map { $0.role >= role } } ?? true
    return isAllowed
      ? response(page, status: .ok, request) : response(.forbidden, status: .forbidden, request)
  }

  /// A page as it is sent.
  func response(_ page: Page, status: HTTPResponse.Status, _ request: Request) -> Response {
    let language = PreferredLanguage(request)
    var words = WebResources.words[language] ?? [:]
    words["language"] = language.tag
    words["page"] = page.name
    words["script"] = page.script
    words["role"] = cookie.session(of: request)?.key.role.rawValue
    words["state"] = cookie.hasEnded(of: request) ? "ended" : nil
    words["heading"] = words["\(page.name).heading"]
    words["lead"] = words["\(page.name).lead"]
    words["title"] = words["\(page.name).title"]
    words["assets"] = "/assets/\(assets.digest)"
    words["theme"] = Self.theme(request)
    let content = Array((WebResources.pages[page]?.filled(with: words) ?? "").utf8)
    var headers = Self.pageHeaders
    headers[.contentLanguage] = language.tag
    guard status == .ok else { return .text(content, status: status, headers: headers) }
    return Self.answer(
      content, entityTag: "\"\(ContentHash.sha256(of: content).prefix(16))\"", headers, request)
  }

  /// The page to sign in on, which leads back to the page that was asked for.
  private static func wayIn(to page: Page, _ request: Request) -> String {
    let target = request.uri.path + (request.uri.query.map { "?\($0)" } ?? "")
    let next = target.addingPercentEncoding(withAllowedCharacters: plainCharacters)
    return page == .classify ? "/sign-in" : "/sign-in?next=\(next ?? "")"
  }

  /// What stands for itself in a query.
  private static let plainCharacters = CharacterSet(
    charactersIn: "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

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
    if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(entityTag) {
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
