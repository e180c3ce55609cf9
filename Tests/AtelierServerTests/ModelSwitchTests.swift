import Classification
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import ModelStore
import NIOCore
import Records
import Synchronization
import Testing

@testable import AtelierServer

/// The model exchanged while requests run.
@Suite(.timeLimit(.minutes(15))) struct ModelSwitchTests {
  /// How many switches have begun, and how many have ended.
  private final class Progress: Sendable {
    private let state = Mutex((begun: 0, ended: 0, isOver: false))

    var begun: Int { state.withLock(\.begun) }
    var ended: Int { state.withLock(\.ended) }
    var isOver: Bool { state.withLock(\.isOver) }

    func begin() { state.withLock { $0.begun += 1 } }
    func end() { state.withLock { $0.ended += 1 } }
    func stop() { state.withLock { $0.isOver = true } }
  }

  private static func version(_ text: String) -> String? {
    text.firstMatch(of: #/"model_version":"([^"]+)"/#).map { String($0.output.1) }
  }

  private static func predict(
    _ client: any TestClientProtocol, _ query: String = ""
  ) async throws -> TestResponse {
    try await client.execute(
      uri: "/predict-onnx" + query, method: .post, headers: Sample.headers(),
      body: Sample.form(Sample.png(level: 50)))
  }

  @Test func twoHundredSwitchesFailNoRequest() async throws {
    let folders = ModelFolders()
    let names = ["a", "b", "c"]
    for (index, name) in names.enumerated() { try folders.addReal(name, seed: UInt64(index)) }
    try folders.store.promote(names[0])
    let service = try TestService(models: try folders.real())
    let progress = Progress()
    let count = try await service.test { client in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<6 {
          group.addTask {
            var answers = 0
            while !progress.isOver {
              let earliest = progress.ended
              let response = try await Self.predict(client)
              let latest = progress.begun
              #expect(response.status == .ok, "\(response.text)")
              // What was served before the first switch that can matter, up to the last.
              let possible = (earliest...latest).map { names[$0 % names.count] }
              let answered = try #require(Self.version(response.text))
              #expect(possible.contains(answered))
              answers += 1
            }
            return answers
          }
        }
        for number in 1...200 {
          progress.begin()
          let uri = "/models/\(names[number % names.count])/promote"
          let response = try await ModelRouteTests.send(client, .post, uri)
          #expect(response.status == .ok, "\(response.text)")
          progress.end()
        }
        progress.stop()
        return try await group.reduce(0, +)
      }
    }
    #expect(count > 200)
  }

  @Test func switchesLeaveNothingInMemory() async throws {
    let folders = ModelFolders()
    for name in ["a", "b"] { try folders.add(name) }
    try folders.store.promote("a")
    let service = try TestService(models: try folders.counted())
    try await service.test { client in
      for number in 1...20 {
        async let answer = Self.predict(client)
        let uri = "/models/\(number.isMultiple(of: 2) ? "a" : "b")/promote"
        let promoted = try await ModelRouteTests.send(client, .post, uri).status
        #expect(promoted == .ok)
        let answered = try await answer.status
        #expect(answered == .ok)
      }
      #expect(folders.live.withLock { $0 } == ["a": 1, "b": 0])
      #expect(folders.loads.withLock { $0 } == ["a": 11, "b": 10])
    }
  }

  @Test func aRequestEndsWithTheVersionItBeganWith() async throws {
    let folders = ModelFolders()
    for name in ["a", "b"] { try folders.add(name) }
    try folders.store.promote("a")
    let gate = Gate()
    let service = try TestService(models: try folders.counted(gates: ["a": gate]))
    try await service.test { client in
      async let answer = Self.predict(client)
      await gate.waitForArrival()
      let promoted = try await ModelRouteTests.send(client, .post, "/models/b/promote").status
      #expect(promoted == .ok)
      #expect(folders.live.withLock { $0 } == ["a": 1, "b": 1])
      let next = try await Self.version(Self.predict(client).text)
      #expect(next == "b")
      // Even when its folder goes meanwhile.
      let removed = try await ModelRouteTests.send(client, .delete, "/models/a").status
      #expect(removed == .noContent)
      gate.open()
      let version = try await Self.version(answer.text)
      #expect(version == "a")
    }
    #expect(folders.live.withLock { $0 } == ["a": 0, "b": 1])
  }

  @Test func versionsAskedForAreLoadedOnceAndGoAgain() async throws {
    let folders = ModelFolders()
    for (index, name) in ["a", "b", "c", "d"].enumerated() {
      try folders.add(name, created: Double(9 - index))
    }
    let service = try TestService(models: try folders.counted())
    try await service.test { client in
      try await withThrowingTaskGroup(of: String?.self) { group in
        for _ in 0..<8 {
          group.addTask { try await Self.version(Self.predict(client, "?model=b").text) }
        }
        for try await version in group { #expect(version == "b") }
      }
      #expect(folders.loads.withLock { $0["b"] } == 1)
      // Of those that nobody asks for, two stay.
      for name in ["c", "b", "d"] {
        #expect(try await Self.version(Self.predict(client, "?model=\(name)").text) == name)
      }
      #expect(folders.live.withLock { $0 } == ["a": 1, "b": 1, "c": 0, "d": 1])
      #expect(try await Self.version(Self.predict(client).text) == "a")
      let unknown = try await Self.predict(client, "?model=e")
      #expect(unknown.status == .unprocessableContent)
      #expect(unknown.errorCode == "invalid_parameter")
      let missing = try await client.execute(
        uri: "/predict?model=b", method: .post, headers: Sample.headers(),
        body: Sample.form(Sample.png(level: 50)))
      #expect(missing.status == .serviceUnavailable)
      // Promoted, it need not be loaded again.
      #expect(try await ModelRouteTests.send(client, .post, "/models/b/promote").status == .ok)
      #expect(folders.loads.withLock { $0["b"] } == 1)
      // Removed, nobody can ask for it.
      #expect(try await ModelRouteTests.send(client, .delete, "/models/d").status == .noContent)
      #expect(try await Self.predict(client, "?model=d").status == .unprocessableContent)
      #expect(folders.live.withLock { $0["d"] } == 0)
      let torn = folders.store.directory.appending(path: "c/manifest.json")
      try Data("{".utf8).write(to: torn)
      let damaged = try await Self.predict(client, "?model=c")
      #expect(damaged.status == .unprocessableContent)
      #expect(damaged.text.contains("manifest of model version c is damaged"))
    }
  }

  @Test func mendedVersionsAreLoadedAgain() async throws {
    let folders = ModelFolders()
    try folders.add("a", created: 2)
    let file = try folders.add("b").directory.appending(path: "model.onnx")
    try Data("broken".utf8).write(to: file)
    let models = try folders.counted()
    let service = try TestService(models: models)
    try await service.test { client in
      #expect(try await Self.predict(client, "?model=b").status == .serviceUnavailable)
      try Data("graph of b".utf8).write(to: file)
      #expect(await models.refresh() == nil)
      #expect(try await Self.version(Self.predict(client, "?model=b").text) == "b")
      #expect(folders.loads.withLock { $0["b"] } == 2)
    }
  }

  @Test func theCanaryAnswersItsShare() async throws {
    let folders = ModelFolders()
    for (index, name) in ["a", "b"].enumerated() {
      try folders.add(name, created: Double(9 - index))
    }
    let models = try folders.counted(canary: Canary("b=10%"))
    let service = try TestService(models: models)
    try await service.test { client in
      var versions: [String?] = []
      for _ in 0..<30 { versions.append(Self.version(try await Self.predict(client).text)) }
      #expect(versions.filter { $0 == "b" }.count == 3)
      #expect(versions.filter { $0 == "a" }.count == 27)
      for _ in 0..<20 {
        #expect(Self.version(try await Self.predict(client, "?model=a").text) == "a")
      }
      let filter = PredictionFilter()
      let records = try await service.store.page(matching: filter, after: nil, limit: 100).records
      #expect(records.filter { $0.modelVersion == "b" }.count == 3)
      let metrics = try await ModelRouteTests.send(client, .get, "/metrics").text
      for line in [
        #"atelier_model_info{model_version="a",role="current"} 1"#,
        #"atelier_model_info{model_version="b",role="canary"} 1"#,
        #"atelier_version_confidence_count{model_version="a",engine="onnx"} 47"#,
        #"atelier_version_confidence_count{model_version="b",engine="onnx"} 3"#,
        #"atelier_version_uncertain_total{model_version="b",engine="onnx"} 0"#,
        #"atelier_version_failures_total{model_version="b",engine="onnx"} 0"#,
      ] {
        #expect(metrics.contains(line + "\n"))
      }
      let listing = try await ModelRouteTests.list(client)
      #expect(listing.models.map(\.canary_share) == [nil, 0.1])
      let refusal = try await ModelRouteTests.send(client, .delete, "/models/b")
      #expect(refusal.status == .conflict)
      #expect(refusal.text.contains("start the service without --canary first"))
      // Once it is served, there is nothing left to try.
      #expect(try await ModelRouteTests.send(client, .post, "/models/b/promote").status == .ok)
      for _ in 0..<10 { #expect(Self.version(try await Self.predict(client).text) == "b") }
    }
  }

  @Test(arguments: [
    ("v3=10%", 1_000), ("v3=0.01", 1), ("v3=100", 10_000), ("a=b=33.33%", 3_333), ("v3=0%", nil),
    ("v3=101%", nil), ("v3", nil), ("=10%", nil), ("v3=ten", nil), ("v3=-1", nil), ("", nil),
  ])
  func sharesAreRead(text: String, parts: Int?) throws {
    let canary = Canary(text)
    #expect(canary?.requestsOfTenThousand == parts)
    guard let canary else { return }
    #expect((0..<10_000).count(where: canary.answers(request:)) == parts)
    #expect((12_345..<22_345).count(where: canary.answers(request:)) == parts)
  }

  @Test func aCanaryThatCannotAnswerIsNotStarted() throws {
    let folders = ModelFolders()
    try folders.add("a", created: 1)
    #expect(throws: ModelStoreError.versionNotFound(name: "b", available: ["a"])) {
      try folders.counted(canary: Canary("b=10%"))
    }
    let file = try folders.add("b").directory.appending(path: "model.onnx")
    try Data("altered".utf8).write(to: file)
    #expect(throws: ModelStoreError.checksumMismatch(version: "b", file: "model.onnx")) {
      try folders.counted(canary: Canary("b=10%"))
    }
  }

  @Test func otherProcessesAreFollowed() async throws {
    let folders = ModelFolders()
    for name in ["a", "b", "c"] { try folders.add(name) }
    let models = try folders.counted()
    let start = models.current.name
    // Without a promotion, a new version is not served by itself.
    try folders.add("d", created: 100)
    #expect(await models.refresh() == nil)
    #expect(models.current.name == start)
    try folders.store.promote("b")
    guard case .switched(let model) = await models.refresh() else {
      Issue.record("the promotion was not noticed")
      return
    }
    #expect(model.name == "b")
    #expect(models.current.name == "b")
    #expect(await models.refresh() == nil)
    // What cannot be served is said once, and served once it can be.
    try folders.store.promote("c")
    let file = folders.store.directory.appending(path: "c/model.onnx")
    try Data("x".utf8).write(to: file)
    guard case .refused("c", let reason) = await models.refresh() else {
      Issue.record("the damage was not noticed")
      return
    }
    #expect(reason.contains("is not the file its manifest describes"))
    #expect(await models.refresh() == nil)
    #expect(models.current.name == "b")
    try Data("graph of c".utf8).write(to: file)
    guard case .switched = await models.refresh() else {
      Issue.record("the repair was not noticed")
      return
    }
    #expect(models.current.name == "c")
    await models.shutDown()
  }
}
