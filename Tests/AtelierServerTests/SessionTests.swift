import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import Testing

@testable import AtelierServer

@Suite struct SessionTests {
  private let form = Sample.form(Sample.png(level: 0))

  private func key(
    _ secret: String, id: String = "key-1", role: Role = .predict, expires: Date? = nil,
    revoked: Date? = nil
  ) -> APIKey {
    APIKey(
      id: id, name: "shop", role: role, secretHash: SecretHash(of: secret), expires: expires,
      revoked: revoked)
  }

  @Test func aKeySignsIn() async throws {
    try await TestService().testWeb { client in
      let response = try await SignedIn.attempt(client, ["key": TestService.predictKey])
      #expect(response.status == .ok)
      #expect(response.headers[.cacheControl] == "no-store")
      let attributes = try #require(response.headers[.setCookie]).split(separator: "; ").dropFirst()
      #expect(
        Set(attributes) == ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=3196800"])
      #expect(!response.text.contains(TestService.predictKey))
      let signedIn = try SignedIn(response)
      let current = try await client.execute(
        uri: "/session", method: .get, headers: signedIn.headers())
      #expect(current.status == .ok)
      #expect(current.text.contains(#""role":"predict""#))
      #expect(current.text.contains(#"{"name":"ONNX","engine":"onnx","path":"/predict-onnx"}"#))
      let page = try await client.execute(uri: "/", method: .get, headers: signedIn.headers())
      #expect(page.status == .ok)
    }
  }

  @Test func behindHTTPSTheCookieStaysThere() async throws {
    try await TestService().testWeb { client in
      let response = try await SignedIn.attempt(
        client, ["key": TestService.predictKey],
        headers: [.contentType: "application/json", .forwardedProtocol: "https"])
      #expect(response.headers[.setCookie]?.contains("; Secure") == true)
    }
  }

  @Test func wrongKeysAreSlowed() async throws {
    try await TestService().testWeb { client in
      for attempt in 0..<12 {
        let response = try await SignedIn.attempt(client, ["key": "guess \(attempt)"])
        #expect(response.status == (attempt < 10 ? .unauthorized : .tooManyRequests))
        #expect(response.headers[.setCookie] == nil)
      }
    }
  }

  @Test(arguments: [
    (#"{"key": "123456"}"#, "text/plain", HTTPResponse.Status.unsupportedMediaType),
    ("{", "application/json", .badRequest), ("{}", "application/json", .badRequest),
    (#"{"key": "123456", "token": "x"}"#, "application/json", .badRequest),
    (#"{"key": 1}"#, "application/json", .badRequest),
    (String(repeating: " ", count: 5_000), "application/json", .contentTooLarge),
  ])
  func refusesOtherBodies(
    body: String, type: String, status: HTTPResponse.Status
  ) async throws {
    try await TestService().testWeb { client in
      let response = try await client.execute(
        uri: "/session", method: .post, headers: [.contentType: type], body: .init(string: body))
      #expect(response.status == status)
      #expect(response.errorCode != nil)
      #expect(response.headers[.setCookie] == nil)
    }
  }

  @Test func otherSitesSignNobodyIn() async throws {
    try await TestService().testWeb { client in
      let response = try await SignedIn.attempt(
        client, ["key": TestService.predictKey],
        headers: [.contentType: "application/json", .fetchSite: "cross-site"])
      #expect(response.status == .forbidden)
    }
  }

  @Test func otherSitesChangeNothing() async throws {
    let service = try TestService()
    try await service.testWeb { client in
      let signedIn = try await SignedIn(client)
      let first = signedIn.csrfToken.first == "x" ? "y" : "x"
      for token: String? in [nil, "", first + signedIn.csrfToken.dropFirst()] {
        let refused = try await client.execute(
          uri: "/api/predict-onnx", method: .post, headers: signedIn.headers(csrfToken: token),
          body: form)
        #expect(refused.status == .forbidden)
        let signedOut = try await client.execute(
          uri: "/session", method: .delete, headers: signedIn.headers(csrfToken: token))
        #expect(signedOut.status == .forbidden)
        #expect(signedOut.headers[.setCookie] == nil)
      }
      #expect(try await service.store.counts().total == 0)
      let predicted = try await client.execute(
        uri: "/api/predict-onnx", method: .post, headers: signedIn.headers(), body: form)
      #expect(predicted.status == .ok)
      #expect(try await service.store.counts().total == 1)
    }
  }

  @Test func aTokenOfAnotherSessionDoesNotCount() async throws {
    try await TestService().testWeb { client in
      let first = try await SignedIn(client)
      let second = try await SignedIn(client)
      #expect(first.cookie != second.cookie)
      let response = try await client.execute(
        uri: "/api/predict-onnx", method: .post,
        headers: first.headers(csrfToken: second.csrfToken), body: form)
      #expect(response.status == .forbidden)
    }
  }

  @Test func rolesHoldInSessionsToo() async throws {
    try await TestService().testWeb { client in
      let shop = try await SignedIn(client)
      let refused = try await client.execute(
        uri: "/api/metrics", method: .get, headers: shop.headers())
      #expect(refused.status == .forbidden)
      let reader = try await SignedIn(client, key: TestService.readKey)
      let metrics = try await client.execute(
        uri: "/api/metrics", method: .get, headers: reader.headers())
      #expect(metrics.status == .ok)
    }
  }

  @Test func keysOfProgramsAreNoSessions() async throws {
    try await TestService().testWeb { client in
      let response = try await client.execute(
        uri: "/api/predict-onnx", method: .post, headers: Sample.headers(), body: form)
      #expect(response.status == .unauthorized)
    }
  }

  @Test func sessionsOutliveTheProcessAndNotTheirKeys() async throws {
    let access = WebAccess()
    let signedIn = try await TestService(keys: [key("secret")], web: access).testWeb { client in
      try await SignedIn(client, key: "secret")
    }
    func status(_ keys: [APIKey], _ web: WebAccess) async throws -> HTTPResponse.Status {
      try await TestService(keys: keys, web: web).testWeb { client in
        try await client.execute(uri: "/session", method: .get, headers: signedIn.headers()).status
      }
    }
    #expect(try await status([key("secret")], access) == .ok)
    #expect(try await status([key("secret", revoked: Date())], access) == .unauthorized)
    #expect(
      try await status([key("secret", expires: Date(timeIntervalSinceNow: -1))], access)
        == .unauthorized)
    #expect(try await status([key("secret", id: "key-2")], access) == .unauthorized)
    // Another key took the place of the one that signed in.
    #expect(try await status([key("other")], access) == .unauthorized)
    #expect(try await status([key("secret")], WebAccess()) == .unauthorized)
  }

  @Test func sessionsEndAndCannotBeChanged() throws {
    let start = Date(timeIntervalSince1970: 1_000_000)
    let shop = key("secret")
    let admin = key("other", id: "key-2", role: .admin)
    let signer = SessionSigner(
      secret: SessionSecret(), keys: try KeyRing(fixed: [shop, admin]))
    let token = signer.token(of: Session(keyID: "key-1", at: start), key: shop)
    let lifetime = Double(Session.lifetime)
    #expect(signer.session(token: token, at: start)?.key == shop)
    #expect(signer.session(token: token, at: start + lifetime - 1) != nil)
    #expect(signer.session(token: token, at: start + lifetime) == nil)
    let later = token.replacing("1604800", with: "9604800")
    #expect(later != token)
    #expect(signer.session(token: later, at: start) == nil)
    #expect(signer.session(token: token.replacing("key-1", with: "key-2"), at: start) == nil)
    for broken in ["", ".", "...", "a.1.b", "a.x.b.key-1", String(token.dropFirst())] {
      #expect(signer.session(token: broken, at: start) == nil)
    }
  }

  @Test func signingOutTakesTheCookieAway() async throws {
    try await TestService().testWeb { client in
      let signedIn = try await SignedIn(client)
      let response = try await client.execute(
        uri: "/session", method: .delete, headers: signedIn.headers())
      #expect(response.status == .noContent)
      #expect(response.headers[.setCookie]?.hasPrefix("atelier_session=;") == true)
      #expect(response.headers[.setCookie]?.contains("Max-Age=0") == true)
    }
  }

  @Test func theFirstLinkWorksOnce() async throws {
    let link = SignInLink(keyID: "key-1")
    let service = try TestService(keys: [key("secret")], web: WebAccess(link: link))
    try await service.testWeb { client in
      #expect(try await SignedIn.attempt(client, ["token": "guess"]).status == .unauthorized)
      let signedIn = try SignedIn(try await SignedIn.attempt(client, ["token": link.token]))
      let current = try await client.execute(
        uri: "/session", method: .get, headers: signedIn.headers())
      #expect(current.status == .ok)
      let again = try await SignedIn.attempt(client, ["token": link.token])
      #expect(again.status == .unauthorized)
      #expect(again.text.contains("used already"))
    }
    #expect(link.address == "/sign-in#token=\(link.token)")
  }

  @Test func theFirstLinkAges() {
    let start = ContinuousClock.now
    let link = SignInLink(keyID: "key-1", lifetime: .seconds(600), at: start)
    #expect(link.redeem(link.token, at: start + .seconds(600)) == nil)
    #expect(link.redeem(link.token, at: start + .seconds(599)) == "key-1")
    #expect(link.redeem(link.token, at: start + .seconds(599)) == nil)
  }

  @Test func theSecretIsKeptForItsOwnerOnly() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let first = try SessionSecret(file: file)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try SessionSecret(file: file).key == first.key)
    try Data("short".utf8).write(to: file)
    let error = #expect(throws: SessionSecretError.self) { try SessionSecret(file: file) }
    #expect(error?.description.contains("remove it") == true)
  }

  @Test func serversThatStartTogetherHaveOneSecret() async throws {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let secrets = try await withThrowingTaskGroup(of: SessionSecret.self) { group in
      for _ in 0..<16 { group.addTask { try SessionSecret(file: file) } }
      return try await group.reduce(into: [SessionSecret]()) { $0.append($1) }
    }
    let first = try #require(secrets.first)
    #expect(secrets.allSatisfy { $0.key == first.key })
  }
}
