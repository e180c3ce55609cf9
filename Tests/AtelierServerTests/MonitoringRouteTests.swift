import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Monitoring
import NIOCore
import Records
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct MonitoringRouteTests {
  private struct Summary: Decodable {
    struct Latency: Decodable {
      let p50: Double?
    }
    struct Totals: Decodable {
      let engine: String?
      let requests: Int
      let client_errors: Int
      let server_errors: Int
      let error_rate: Double
      let latency_ms: Latency
    }
    struct Traffic: Decodable {
      let coverage: Double
      let requests: Int
      let client_errors: Int
      let server_errors: Int
      let by_source: [Totals]
      let points: [Totals]
    }
    struct Accuracy: Decodable {
      let labelled: Int
      let right: Int
      let value: Double?
      let lower: Double?
    }
    struct Stability: Decodable {
      let psi: Double?
      let state: String
    }
    struct Drift: Decodable {
      let pictures: Int
      let classes: Stability
    }
    struct Confusion: Decodable {
      let classes: [String]
      let counts: [[Int]]
    }
    struct Source: Decodable {
      let engine: String
      let model_version: String
      let total: Int
    }
    struct Predictions: Decodable {
      let total: Int
      let by_class: [String: Int]
      let confidence: [Int]
      let accuracy: Accuracy
      let drift: Drift?
      let confusion: Confusion
      let by_source: [Source]
    }
    let window: String
    let traffic: Traffic
    let predictions: Predictions
  }

  private static func headers(_ key: String = TestService.readKey) -> HTTPFields {
    var headers: HTTPFields = [:]
    headers[.apiKey] = key
    return headers
  }

  private func summary(
    _ client: any TestClientProtocol, _ query: String = ""
  ) async throws -> Summary {
    let response = try await client.execute(
      uri: "/metrics/summary\(query)", method: .get, headers: Self.headers())
    #expect(response.status == .ok)
    return try JSONDecoder().decode(Summary.self, from: Data(response.body.readableBytesView))
  }

  private func predict(
    _ client: any TestClientProtocol, _ route: String, level: UInt8, key: String? = nil
  ) async throws -> TestResponse {
    try await client.execute(
      uri: route, method: .post, headers: Sample.headers(key: key ?? TestService.predictKey),
      body: Sample.form(Sample.png(level: level)))
  }

  @Test func sumsUpWhatCame() async throws {
    let service = try TestService(engines: [
      BrightnessEngine(.onnx), BrightnessEngine(.pytorch, failingLevel: 1),
    ])
    try await service.test { client in
      for level in [0, 0, 25] as [UInt8] {
        let response = try await predict(client, "/predict-onnx", level: level)
        let id = try #require(response.text.firstMatch(of: #/"id":"([^"]+)"/#)?.output.1)
        _ = try await service.store.setLabel("Trouser", id: String(id))
      }
      #expect(try await predict(client, "/predict", level: 226).status == .ok)
      #expect(try await predict(client, "/predict", level: 255).status == .serviceUnavailable)
      #expect(
        try await predict(client, "/predict-onnx", level: 0, key: "wrong").status == .unauthorized)
      _ = try await client.execute(uri: "/health/live", method: .get)
      let all = try await summary(client)
      #expect(all.window == "1h")
      #expect(all.traffic.requests == 6)
      #expect((all.traffic.client_errors, all.traffic.server_errors) == (1, 1))
      #expect(all.traffic.points.reduce(0) { $0 + $1.requests } == 6)
      #expect(all.traffic.coverage < 0.1)
      let sources = all.traffic.by_source
      #expect(sources.map(\.engine) == ["ONNX", "PyTorch"])
      #expect(sources.map(\.requests) == [3, 2])
      #expect(sources.map(\.error_rate) == [0, 0.5])
      let median = try #require(sources[0].latency_ms.p50)
      #expect(median > 0)
      let predictions = all.predictions
      #expect(predictions.total == 4)
      #expect(predictions.by_class == ["T-shirt/top": 2, "Trouser": 1, "Ankle boot": 1])
      #expect(predictions.confidence.reduce(0, +) == 4)
      #expect((predictions.accuracy.labelled, predictions.accuracy.right) == (3, 1))
      #expect(predictions.accuracy.value == 0.3333)
      #expect(predictions.accuracy.lower == 0.0615)
      #expect(predictions.confusion.classes == FashionClass.allCases.map(\.name))
      #expect(predictions.confusion.counts[1][0...1] == [2, 1])
      #expect(predictions.by_source.map(\.total) == [3, 1])
      // The test's version was never evaluated.
      #expect(predictions.drift == nil)
      let one = try await summary(client, "?window=5m&engine=pytorch")
      #expect((one.traffic.requests, one.predictions.total) == (2, 1))
      let none = try await summary(client, "?model_version=other")
      #expect((none.traffic.requests, none.predictions.total) == (0, 0))
      #expect(none.predictions.accuracy.value == nil)
    }
  }

  @Test(arguments: [
    "window=", "window=1", "window=31d", "window=59s", "window=1h%20", "engine=none",
    "model_version=",
  ])
  func refusesOtherParameters(query: String) async throws {
    try await TestService().test { client in
      for path in ["/metrics/summary", "/metrics/events"] {
        let response = try await client.execute(
          uri: "\(path)?\(query)", method: .get, headers: Self.headers())
        #expect(response.status == .unprocessableContent)
        #expect(response.errorCode == "invalid_parameter")
      }
    }
  }

  @Test(arguments: ["/metrics/summary", "/metrics/events"])
  func needsAKeyThatMayRead(path: String) async throws {
    try await TestService().test { client in
      for (key, status) in [
        (TestService.predictKey, HTTPResponse.Status.forbidden), ("wrong", .unauthorized),
      ] {
        let response = try await client.execute(
          uri: path, method: .get, headers: Self.headers(key))
        #expect(response.status == status)
      }
    }
  }

  @Test func saysThatTheDatabaseIsAway() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let response = try await client.execute(
        uri: "/metrics/summary", method: .get, headers: Self.headers())
      #expect(response.status == .serviceUnavailable)
      #expect(response.errorCode == "storage_unavailable")
      // The counts of the process are still there.
      let metrics = try await client.execute(
        uri: "/metrics", method: .get, headers: Self.headers())
      #expect(metrics.status == .ok)
      #expect(metrics.text.contains("atelier_uptime_seconds"))
      #expect(!metrics.text.contains("atelier_recent_predictions"))
      let events = service.components.feed.watch(SummaryQuery())
      let event = await events.stream.first { _ in true }
      #expect(event?.name == "failure")
      #expect(event?.data.contains("storage_unavailable") == true)
    }
  }

  @Test func predictionsSurviveARestart() async throws {
    let first = try TestService()
    try await first.test { client in
      let response = try await predict(client, "/predict-onnx", level: 0)
      #expect(response.status == .ok)
    }
    let second = try TestService(store: first.store)
    try await second.test { client in
      let summary = try await summary(client, "?window=24h")
      #expect(summary.predictions.total == 1)
      #expect(summary.traffic.requests == 0)
      #expect(summary.traffic.coverage < 0.01)
    }
  }

  @Test func givesGaugesToPrometheus() async throws {
    let service = try TestService()
    try await service.test { client in
      let response = try await predict(client, "/predict-onnx", level: 0)
      let id = try #require(response.text.firstMatch(of: #/"id":"([^"]+)"/#)?.output.1)
      _ = try await service.store.setLabel("T-shirt/top", id: String(id))
      let text = try await client.execute(uri: "/metrics", method: .get, headers: Self.headers())
        .text
      let labels = #"{engine="ONNX",model_version="test-version"}"#
      for (name, value) in [
        ("recent_predictions", "1"), ("labelled_predictions", "1"), ("live_accuracy_ratio", "1"),
        ("live_accuracy_lower_ratio", "0.206"), ("uncertain_ratio", "0"),
        ("not_garment_ratio", "0"),
      ] {
        #expect(text.contains("\natelier_\(name)\(labels) \(value)"), "\(name)")
      }
      #expect(text.contains("# TYPE atelier_drift_psi gauge\n"))
      #expect(!text.contains("\natelier_drift_psi{"))
    }
  }

  @Test(arguments: [
    ("Bearer \(TestService.readKey)", HTTPResponse.Status.ok), ("bearer wrong", .unauthorized),
    (TestService.readKey, .unauthorized), ("Basic \(TestService.readKey)", .unauthorized),
    ("Bearer", .unauthorized),
  ])
  func takesAKeyAsPrometheusSendsIt(field: String, status: HTTPResponse.Status) async throws {
    try await TestService().test { client in
      let response = try await client.execute(
        uri: "/metrics", method: .get, headers: [.authorization: field])
      #expect(response.status == status)
    }
  }

  @Test func pagesCountAsPrograms() async throws {
    let service = try TestService()
    try await service.testWeb { client in
      let signedIn = try await SignedIn(client, key: TestService.readKey)
      let response = try await client.execute(
        uri: "/api/predict-onnx", method: .post, headers: signedIn.headers(),
        body: Sample.form(Sample.png(level: 0)))
      #expect(response.status == .ok)
      let summary = try await client.execute(
        uri: "/api/metrics/summary", method: .get, headers: signedIn.headers())
      #expect(summary.text.contains(#""requests":1,"#))
      let metrics = try await client.execute(
        uri: "/api/metrics", method: .get, headers: signedIn.headers()
      ).text
      let series = #"atelier_requests_total{method="POST",route="/predict-onnx",status="200"} 1"#
      #expect(metrics.contains("\n\(series)\n"))
      #expect(!metrics.contains("/api/"))
    }
  }
}
