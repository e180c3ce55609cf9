/// The web interface: its pages, signing in, and the API for those who are signed in.
struct WebInterface: Sendable {
  let endpoints: [Endpoint]

  /// - Parameters:
  ///   - api: What the pages call; it is found under `/api`.
  ///   - access: What people are let in with.
  ///   - verifier: Checks the keys that people sign in with.
  ///   - authenticator: Checks roles and rates; its way to identify callers is not used.
  ///   - facts: What the pages have to know.
  init(
    api: [Endpoint], access: WebAccess, verifier: KeyVerifier, authenticator: Authenticator,
    facts: WebServiceFacts
  ) {
    let cookie = SessionCookie(
      signer: SessionSigner(secret: access.secret, keys: verifier.keys))
    var authenticator = authenticator
    authenticator.identification = cookie
    endpoints =
      WebPages(cookie: cookie).endpoints
      + SessionRoutes(verifier: verifier, cookie: cookie, link: access.link, service: facts)
      .endpoints
      + api.map { endpoint in
        Endpoint(
          endpoint.method, "/api" + endpoint.path, statuses: endpoint.statuses,
          isDocumented: false, handler: authenticator.guarding(endpoint))
      }
  }
}
