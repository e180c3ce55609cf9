import APIKeys
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryLogging
import Logging
import Records
import Redis
import RedisSupport
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct AuthenticationTests {
  /// A service whose limits are shared.
  private final class Shared: Sendable {
    private let buckets: SharedBuckets
    private let keys: [APIKey]?
    private let running: Task<Void, Never>

    init(_ redis: RedisServer, _ keys: [APIKey]? = nil) {
      let buckets = SharedBuckets(address: RedisAddress(port: redis.port))
      self.buckets = buckets
      self.keys = keys
      running = Task { await buckets.run() }
    }

    deinit { running.cancel() }

    func service() throws -> TestService { try TestService(limits: buckets, keys: keys) }

    func untilReachable() async throws {
      while !buckets.isReachable {
        try Task.checkCancellation()
        await Task.yield()
      }
    }
  }

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

  /// A key that may make two requests a minute; its secret is `secret`.
  private static let limitedKey = APIKey(
    id: "key-1", name: "shop", role: .predict, secretHash: SecretHash(of: "secret"),
    requestsPerMinute: 2)

  @Test func limitsTheRateOfAKey() async throws {
    let service = try TestService(keys: [Self.limitedKey])
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

  /// Two servers share the limit of a key through Redis; when it is killed, each goes on by itself.
  @Test func serversShareTheRateOfAKey() async throws {
    let redis = try RedisServer()
    let reader = APIKey(
      id: "key-2", name: "reader", role: .read, secretHash: SecretHash(of: "reading"))
    let (first, second) = (
      Shared(redis, [Self.limitedKey, reader]), Shared(redis, [Self.limitedKey, reader])
    )
    try await first.untilReachable()
    try await second.untilReachable()
    let services = (try first.service(), try second.service())
    try await services.0.test { one in
      try await services.1.test { other in
        #expect(try await predict(one, key: "secret").headers[.rateLimitRemaining] == "1")
        let last = try await predict(other, key: "secret")
        #expect(last.status == .ok)
        #expect(last.headers[.rateLimitRemaining] == "0")
        for client in [one, other] {
          let refused = try await predict(client, key: "secret")
          #expect(refused.status == .tooManyRequests)
          #expect(refused.errorCode == "rate_limited")
          let seconds = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
          #expect((1...30).contains(seconds))
          #expect(refused.headers[.rateLimitLimit] == "2")
          #expect(refused.headers[.rateLimitRemaining] == "0")
        }
        #expect(try await metrics(one).contains("atelier_limits_shared 1\n"))
        redis.stop()
        #expect(try await predict(one, key: "secret").status == .tooManyRequests)
        let metrics = try await metrics(one)
        #expect(metrics.contains("atelier_limits_shared 0\n"))
        #expect(metrics.contains("atelier_limits_unshared_total 1\n"))
      }
    }
    #expect(try await services.0.store.counts().total == 1)
  }

  @Test func serversShareTheCountOfWrongKeys() async throws {
    let redis = try RedisServer()
    let (first, second) = (Shared(redis), Shared(redis))
    try await first.untilReachable()
    try await second.untilReachable()
    let services = (try first.service(), try second.service())
    try await services.0.test { one in
      try await services.1.test { other in
        let start = ContinuousClock.now
        var refusing: Set<Int> = []
        var looked = 0
        while refusing.count < 2 {
          for (index, client) in [one, other].enumerated() where !refusing.contains(index) {
            let response = try await predict(client, key: "guess")
            if response.status == .unauthorized { looked += 1 } else { refusing.insert(index) }
          }
        }
        let regained = (ContinuousClock.now - start) / .seconds(6)
        #expect((10...10 + Int(regained) + 1).contains(looked))
        for client in [one, other] {
          let refused = try await predict(client, key: "guess")
          #expect(refused.status == .tooManyRequests)
          #expect(refused.headers[.retryAfter] != nil)
          // Whoever guesses right learns as little.
          #expect(
            try await predict(client, key: TestService.predictKey).status == .tooManyRequests)
        }
      }
    }
  }

  private func metrics(_ client: any TestClientProtocol) async throws -> String {
    try await client.execute(uri: "/metrics", method: .get, headers: Sample.headers(key: "reading"))
      .text
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
