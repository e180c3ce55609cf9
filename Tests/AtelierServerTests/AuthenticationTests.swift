import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import Records
import Testing

@testable import AtelierServer

@Suite struct AuthenticationTests {
  private let png = Sample.png(level: 0)

  private func predict(
    _ client: any TestClientProtocol, key: String?, requestID: String? = nil
  ) async throws -> TestResponse {
    var headers = Sample.headers(key: key)
    headers[.requestID] = requestID
    return try await client.execute(
      uri: "/predict-onnx", method: .post, headers: headers, body: Sample.form(png))
  }

  @Test(arguments: [nil, "", "12345", "1234567"])
  func refusesRequestsWithoutAGoodKey(key: String?) async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await predict(client, key: key)
      #expect(response.status == .unauthorized)
      #expect(response.headers[.wwwAuthenticate]?.contains("X-API-Key") == true)
      #expect(response.errorCode == "unauthorized")
    }
    #expect(service.log.entries.contains { $0.level == .warning && $0.metadata["client"] != nil })
    #expect(try await service.store.counts().total == 0)
  }

  @Test func everyRouteAsksForItsKey() async throws {
    for endpoint in try TestService().components.endpoints {
      let service = try TestService()
      try await service.test { client in
        for (key, role) in [(nil, nil), ("guess", nil), (TestService.predictKey, Role.predict)] {
          let response = try await client.execute(
            uri: endpoint.path, method: endpoint.method, headers: Sample.headers(key: key))
          let expected: Set<HTTPResponse.Status> =
            switch (endpoint.role, role) {
            case (nil, _), (.predict, .predict): []
            case (_, nil): [.unauthorized]
            case (_, .some): [.forbidden]
            }
          let isRefused = [.unauthorized, .forbidden].contains(response.status)
          #expect(isRefused ? expected.contains(response.status) : expected.isEmpty)
        }
      }
    }
  }

  @Test(arguments: [TestService.predictKey, TestService.readKey, TestService.adminKey])
  func everyRoleMayPredict(key: String) async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await predict(client, key: key)
      #expect(response.status == .ok)
    }
  }

  @Test func slowsThoseWhoTryKeys() async throws {
    let service = try TestService()
    try await service.test { client in
      #expect(try await predict(client, key: TestService.predictKey).status == .ok)
      for attempt in 0..<12 {
        let response = try await predict(client, key: "guess \(attempt)")
        #expect(response.status == (attempt < 10 ? .unauthorized : .tooManyRequests))
        if attempt >= 10 { #expect(response.headers[.retryAfter] != nil) }
      }
      // The guesser does not lock out a caller that was here before.
      #expect(try await predict(client, key: TestService.predictKey).status == .ok)
      #expect(try await predict(client, key: TestService.adminKey).status == .tooManyRequests)
    }
  }

  @Test func limitsTheRateOfAKey() async throws {
    let key = APIKey(
      id: "key-1", name: "shop", role: .predict, secretHash: SecretHash(of: "secret"),
      requestsPerMinute: 2)
    let service = try TestService(keys: [key])
    try await service.test { client in
      let first = try await predict(client, key: "secret")
      #expect(first.status == .ok)
      #expect(first.headers[.rateLimitLimit] == "2")
      #expect(first.headers[.rateLimitRemaining] == "1")
      #expect(try await predict(client, key: "secret").status == .ok)
      let refused = try await predict(client, key: "secret")
      #expect(refused.status == .tooManyRequests)
      #expect(refused.errorCode == "rate_limited")
      let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
      #expect((1...30).contains(seconds))
      #expect(refused.headers[.rateLimitRemaining] == "0")
    }
    #expect(try await service.store.counts().total == 2)
  }

  @Test func repeatsOnlySaneRequestIdentities() async throws {
    let service = try TestService()
    try await service.test { client in
      let sane = try await predict(client, key: nil, requestID: "trace-1:a.b")
      #expect(sane.headers[.requestID] == "trace-1:a.b")
      #expect(sane.text.contains("\"request_id\":\"trace-1:a.b\""))
      for insane in ["", "a b", "a\"b", String(repeating: "x", count: 129)] {
        let response = try await predict(client, key: nil, requestID: insane)
        let identity = try #require(response.headers[.requestID])
        #expect(identity != insane)
        #expect(UUID(uuidString: identity) != nil)
      }
    }
  }

  @Test func tellsWrongPathsFromWrongMethods() async throws {
    let service = try TestService()
    try await service.test { client in
      let nowhere = try await client.execute(uri: "/nowhere", method: .get)
      #expect(nowhere.status == .notFound)
      #expect(nowhere.errorCode == "not_found")
      #expect(nowhere.headers[.requestID] != nil)
      let wrong = try await client.execute(uri: "/predict", method: .get)
      #expect(wrong.status == .methodNotAllowed)
      #expect(wrong.headers[.allow] == "POST")
      #expect(wrong.errorCode == "method_not_allowed")
    }
  }
}
