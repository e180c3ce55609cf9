import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import AtelierServer

/// What a page has after signing in.
struct SignedIn {
  /// The cookie as browsers send it back.
  let cookie: String
  let csrfToken: String

  /// Signs in, with `{"key": "…"}` or `{"token": "…"}`.
  static func attempt(
    _ client: any TestClientProtocol, _ credentials: [String: String],
    headers: HTTPFields = [.contentType: "application/json"]
  ) async throws -> TestResponse {
    try await client.execute(
      uri: "/session", method: .post, headers: headers,
      body: ByteBuffer(bytes: JSONEncoder().encode(credentials)))
  }

  init(_ client: any TestClientProtocol, key: String = TestService.predictKey) async throws {
    try self.init(await Self.attempt(client, ["key": key]))
  }

  init(_ response: TestResponse) throws {
    struct Body: Decodable { let csrf_token: String }
    try #require(response.status == .ok)
    let field = try #require(response.headers[.setCookie])
    cookie = String(field.prefix { $0 != ";" })
    csrfToken =
      try JSONDecoder().decode(Body.self, from: Data(response.body.readableBytesView)).csrf_token
  }

  /// Header fields as a page of ours sends them; `csrfToken` as another site does, without knowing it.
  func headers(csrfToken: String?? = nil) -> HTTPFields {
    var headers = Sample.headers(key: nil)
    headers[.cookie] = cookie
    headers[.csrfToken] = csrfToken ?? self.csrfToken
    return headers
  }
}
