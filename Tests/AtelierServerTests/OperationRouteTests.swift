import Classification
import Counters
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Records
import Synchronization
import Testing

@testable import AtelierServer

@Suite(.timeLimit(.minutes(15))) struct OperationRouteTests {
  private func headers(_ key: String, _ more: HTTPFields = [:]) -> HTTPFields {
    var headers = more
    headers[.apiKey] = key
    return headers
  }

  private func predict(_ client: any TestClientProtocol, level: UInt8 = 0) async throws {
    let response = try await client.execute(
      uri: "/predict-onnx", method: .post, headers: Sample.headers(),
      body: Sample.form(Sample.png(level: level)))
    #expect(response.status == .ok)
  }

  @Test(arguments: [
    (nil, "统计数据来源于数据库", "zh-CN"), ("en", "the statistics come from the database", "en"),
    ("de, en-GB;q=0.8, zh;q=0.5", "the statistics come from the database", "en"),
    ("en;q=0.5, zh-CN", "统计数据来源于数据库", "zh-CN"), ("fr", "统计数据来源于数据库", "zh-CN"),
  ])
  func countsPredictions(language: String?, message: String, tag: String) async throws {
    let service = try TestService()
    try await service.test { client in
      for level in [0, 0, 25] { try await predict(client, level: UInt8(level)) }
      var fields = headers(TestService.readKey)
      fields[.acceptLanguage] = language
      let response = try await client.execute(uri: "/stats", method: .get, headers: fields)
      #expect(response.headers[.contentLanguage] == tag)
      #expect(
        response.text == """
          {"total_predictions":3,"message":"\(message)","by_engine":{"ONNX":3},\
          "by_class":{"T-shirt/top":2,"Trouser":1},"source":"database"}
          """)
    }
  }

  @Test func takesCountsFromTheCounterWhileItIsThere() async throws {
    struct Counter: PredictionCounter {
      let answer: Result<PredictionCounts, CounterError>
      func predictionsWereStored() {}
      func counts() async throws(CounterError) -> PredictionCounts { try answer.get() }
    }
    let counts = PredictionCounts([.init(engine: "ONNX", predictedClass: "Bag"): 7])
    for (answer, text) in [
      (.success(counts), #"{"total_predictions":7,"message":"统计数据来源于Redis缓存""#),
      (.failure(.lost), #"{"total_predictions":0,"message":"统计数据来源于数据库""#),
    ] as [(Result<PredictionCounts, CounterError>, String)] {
      let service = try TestService(counter: Counter(answer: answer))
      let response = try await service.test { client in
        try await client.execute(
          uri: "/stats", method: .get, headers: headers(TestService.adminKey))
      }
      #expect(response.text.hasPrefix(text))
    }
  }

  @Test(arguments: ["/stats", "/metrics"])
  func readingNeedsAKeyThatMayRead(path: String) async throws {
    let service = try TestService()
    try await service.test { client in
      for (key, status) in [
        (TestService.predictKey, HTTPResponse.Status.forbidden), (TestService.readKey, .ok),
        (TestService.adminKey, .ok), ("wrong", .unauthorized),
      ] {
        let response = try await client.execute(uri: path, method: .get, headers: headers(key))
        #expect(response.status == status)
      }
    }
  }

  @Test func comparesTheEngines() async throws {
    let service = try TestService()
    struct Answer: Decodable {
      struct Fastest: Decodable {
        let name: String
        let speedup_over_slowest: String
      }
      let filename: String
      let models_tested: [String]
      let inference_times_ms: [String: Double]
      let speed_comparison: [String: String]
      let fastest_model: Fastest
      let iterations: Int
    }
    try await service.test { client in
      let response = try await client.execute(
        uri: "/predict-benchmark?iterations=3", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 0), filename: "../test_shirt.png"))
      #expect(response.status == .ok)
      let answer = try JSONDecoder().decode(
        Answer.self, from: Data(response.body.readableBytesView))
      let names = EngineKind.allCases.map(\.displayName)
      #expect(answer.filename == "test_shirt.png")
      #expect(answer.models_tested == names)
      #expect(Set(answer.inference_times_ms.keys) == Set(names))
      #expect(answer.speed_comparison.values.contains("1.00x"))
      #expect(
        answer.speed_comparison[answer.fastest_model.name]
          == answer.fastest_model.speedup_over_slowest)
      #expect(answer.iterations == 3)
      for (query, status) in [("iterations=0", 422), ("iterations=x", 422)] {
        let refused = try await client.execute(
          uri: "/predict-benchmark?\(query)", method: .post, headers: Sample.headers(),
          body: Sample.form(Sample.png(level: 0)))
        #expect(Int(refused.status.code) == status)
      }
      let broken = try await client.execute(
        uri: "/predict-benchmark", method: .post, headers: Sample.headers(),
        body: Sample.form([1, 2, 3]))
      #expect(broken.status == .badRequest)
    }
    #expect(try await service.store.counts().total == 0)
  }

  @Test func isReadyUntilItDrains() async throws {
    let service = try TestService()
    try await service.test { client in
      let live = try await client.execute(uri: "/health/live", method: .get)
      #expect(live.text == #"{"status":"alive"}"#)
      let ready = try await client.execute(uri: "/health/ready", method: .get)
      #expect(ready.status == .ok)
      service.components.readiness.drain()
      let draining = try await client.execute(uri: "/health/ready", method: .get)
      #expect(draining.status == .serviceUnavailable)
      #expect(draining.text.hasPrefix(#"{"status":"draining""#))
    }
  }

  @Test func isNotReadyWithoutItsDatabase() async throws {
    let service = try TestService(store: FailingStore())
    try await service.test { client in
      let response = try await client.execute(uri: "/health/ready", method: .get)
      #expect(response.status == .serviceUnavailable)
      #expect(response.text.contains(#""database":"not ready""#))
    }
  }

  @Test func asksTheDatabaseOnceForAllThatWait() async {
    let (questions, question) = AsyncStream<Void>.makeStream()
    let (arrivals, arrival) = AsyncStream<Void>.makeStream()
    let (answers, answer) = AsyncStream<Void>.makeStream()
    let asked = Atomic(0)
    let store = FailingStore {
      asked.add(1, ordering: .relaxed)
      question.finish()
      for await _ in answers {}
    }
    let readiness = Readiness(store: store, engines: { [] })
    await withTaskGroup(of: Bool.self) { group in
      group.addTask { await readiness.report().databaseAnswers }
      for await _ in questions {}
      for _ in 0..<100 {
        group.addTask {
          arrival.yield()
          return await readiness.report().databaseAnswers
        }
      }
      var iterator = arrivals.makeAsyncIterator()
      for _ in 0..<100 { _ = await iterator.next() }
      #expect(asked.load(ordering: .relaxed) == 1)
      answer.finish()
      for await answered in group { #expect(!answered) }
    }
  }

  @Test func countsForPrometheus() async throws {
    let service = try TestService()
    try await service.test { client in
      let before = try await client.execute(
        uri: "/metrics", method: .get, headers: headers(TestService.readKey))
      #expect(before.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
      let post = #"atelier_requests_total{method="POST",route="/predict-onnx",status="200"}"#
      #expect(before.text.contains("\(post) 0\n"))
      #expect(before.text.contains("atelier_queue_depth 0\n"))
      for _ in 0..<2 { try await predict(client) }
      _ = try await client.execute(
        uri: "/predict-onnx", method: .post, headers: Sample.headers(key: "wrong"))
      let after = try await client.execute(
        uri: "/metrics", method: .get, headers: headers(TestService.readKey)
      ).text
      #expect(after.contains("\(post) 2\n"))
      #expect(after.contains(#"atelier_batch_size_bucket{engine="onnx",le="1"} 2"# + "\n"))
      for stage in ["queue", "decode", "preprocess", "inference", "store"] {
        #expect(
          after.contains(#"atelier_stage_duration_seconds_count{stage="\#(stage)"} 2"# + "\n"))
      }
      #expect(after.contains("atelier_wrong_keys_total 1\n"))
      #expect(after.contains("atelier_requests_in_flight 1\n"))
      try check(exposition: after)
    }
  }

  /// Each sample belongs to a family that was declared, once; buckets do not decrease.
  private func check(exposition text: String) throws {
    var families: Set<String> = []
    var series: Set<Substring> = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# TYPE ") {
        #expect(families.insert(String(line.split(separator: " ")[2])).inserted)
      } else if !line.hasPrefix("#") {
        let name = line.prefix { $0 != "{" && $0 != " " }
        let family = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
          .map { String(name.dropLast($0.count)) }
        #expect(families.contains(String(name)) || families.contains(family ?? ""))
        let value = try #require(line.split(separator: " ").last)
        #expect(Double(value) != nil)
        #expect(series.insert(line.dropLast(value.count)).inserted)
      }
    }
  }
}
