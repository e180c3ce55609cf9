/// The web interface: its pages, signing in, and the API for those who are signed in.
struct WebInterface: Sendable {
  /// The pages, and what stands in their place.
  let pages: WebPages
  let endpoints: [Endpoint]

  /// Where the pages find the API.
  static let apiPrefix = "/api"

  /// The route of the API that a path stands for: whoever counts requests counts those of pages with
  /// those of programs.
  static func apiRoute(_ path: String) -> String {
    path.hasPrefix(apiPrefix + "/") ? String(path.dropFirst(apiPrefix.count)) : path
  }

  /// - Parameters:
  ///   - access: What people are let in with.
  ///   - verifier: Checks the keys that people sign in with.
  ///   - authenticator: Checks roles and rates; its way to identify callers is not used.
  ///   - facts: What the pages have to know; the API they call is found under `/api`.
  init(
    access: WebAccess, verifier: KeyVerifier, authenticator: Authenticator, facts: WebServiceFacts
  ) {
    let cookie = SessionCookie(
      signer: SessionSigner(secret: access.secret, keys: verifier.keys))
    var authenticator = authenticator
    authenticator.identification = cookie
    pages = WebPages(cookie: cookie, offersStored: facts.offersStored)
    endpoints =
      pages.endpoints
      + SessionRoutes(verifier: verifier, cookie: cookie, link: access.link, service: facts)
      .endpoints
      + facts.api.map { endpoint in
        Endpoint(
          endpoint.method, Self.apiPrefix + endpoint.path, statuses: endpoint.statuses,
          isDocumented: false, isUpload: endpoint.isUpload,
          handler: authenticator.guarding(endpoint))
      }
  }
}
