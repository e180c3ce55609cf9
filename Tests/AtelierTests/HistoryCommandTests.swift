import Classification
import Foundation
import Glibc
@testable import Records
import RedisSupport
import Subprocess
import Testing

/// `atelier history`, with and without a server on the same database.
@Suite(.timeLimit(.minutes(15))) struct HistoryCommandTests {
  private static let start = Date(timeIntervalSince1970: 1_790_000_000)

  /// Runs `atelier history` on a home directory.
  private func history(
    _ arguments: String..., home: URL, environment: [String: String] = [:]
  ) async throws -> Program.Outcome {
    // Nobody listens there: a Redis of this machine is none of the test's business.
    let variables = ["ATELIER_HOME": home.path, "REDIS_URL": "redis://127.0.0.1:1"]
    return try await Program.run(
      ["history"] + arguments, environment: variables.merging(environment) { $1 })
  }

  private static func record(
    _ second: Int, predictedClass: String = "Bag", filename: String = "boot.png"
  ) -> PredictionRecord {
    let date = start + Double(second)
    return PredictionRecord(
      id: RecordID.make(at: date), createdAt: date, requestID: "request", filename: filename,
      modelUsed: second % 2 == 0 ? "ONNX" : "PyTorch", modelVersion: "v1",
      predictedClass: predictedClass, confidence: 0.9876, inferenceTimeMilliseconds: 2.34,
      topK: [ClassScore(name: predictedClass, confidence: 0.9876)], isUncertain: second % 3 == 0,
      preprocess: "auto", clientKeyID: "key", imageSHA256: String(repeating: "a", count: 64))
  }

  /// A home directory with some records, a second apart.
  private func withRecords(
    _ records: [PredictionRecord], _ body: (URL) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      let store = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for record in records { group.addTask { try await store.insert(record) } }
        try await group.waitForAll()
      }
      try await store.close()
      try await body(home)
    }
  }

  @Test func showsTheNewestFirst() async throws {
    try await withRecords((0..<30).map { Self.record($0) }) { home in
      let shown = try await history(home: home)
      let lines = shown.output.split(separator: "\n")
      #expect(lines.count == 20)
      #expect(lines[0].hasPrefix("2026-09-21T14:13:49.000Z"))
      #expect(lines[0].contains("Bag  98.76 %  PyTorch  v1  boot.png"))
      let filtered = try await history(
        "--engine", "onnx", "--uncertain", "true", "--limit", "100", "--json", "--from",
        "2026-09-21T14:13:25Z", "--to", "2026-09-21", home: home)
      let times = try filtered.output.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(object?["class"] as? String == "Bag")
        #expect(object?["true_label"] is NSNull)
        // As the API says it: in the order of the contract.
        #expect(line.hasPrefix(#"{"model":"ONNX","class":"Bag","confidence":0.9876,"#))
        return object?["created_at"] as? String
      }
      #expect(
        times == [
          "2026-09-21T14:13:44.000Z", "2026-09-21T14:13:38.000Z", "2026-09-21T14:13:32.000Z",
          "2026-09-21T14:13:26.000Z",
        ])
      let none = try await history("--class", "ankle boot", home: home)
      #expect(none.status == 0)
      #expect(none.output.isEmpty)
      #expect(none.errors == "no predictions meet the filters\n")
    }
  }

  @Test func knowsTheClassesOfPredictionsWhoseVersionIsGone() async throws {
    let records = [Self.record(0, predictedClass: "Hat"), Self.record(1)]
    try await withRecords(records) { home in
      let found = try await history("--class", "hat", home: home)
      #expect(found.output.contains("Hat  98.76 %"))
      #expect(!found.output.contains("Bag"))
      let labelled = try await history("label", records[1].id, "HAT", home: home)
      #expect(labelled.status == 0)
      #expect(labelled.output.contains("Hat"))
    }
  }

  @Test(arguments: [
    (["--class", "Hat"], 64, "no class Hat"), (["--from", "soon"], 64, "soon"),
    (["--min-confidence", "2"], 64, "0 to 1"), (["--export", "csv"], 64, "go together"),
    (["--export", "xlsx", "--output", "-"], 64, "name a file"),
    (["--limit", "0"], 64, "at least 1"),
    (["prune", "--older-than", "90"], 64, "90"), (["label", "x"], 64, "--clear"),
    (["label", "x", "Bag"], 1, "there is no prediction x"),
  ])
  func refusesMisuse(arguments: [String], status: Int, complaint: String) async throws {
    try await withRecords([]) { home in
      let outcome = try await Program.run(
        ["history"] + arguments, environment: ["ATELIER_HOME": home.path])
      #expect(outcome.status == status)
      #expect(outcome.errors.contains(complaint))
    }
  }

  @Test func needsADatabase() async throws {
    try await withTemporaryDirectory { home in
      let outcome = try await history(home: home)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("there is no such file; a server makes it when it starts"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: home.path) == [])
    }
  }

  @Test func exportsToAFileAndToStandardOutput() async throws {
    let records = (0..<1_500).map { Self.record($0, filename: "=\($0).png") }
    try await withRecords(records) { home in
      let file = home.appending(path: "history.csv")
      let outcome = try await history(
        "--export", "csv", "--output", file.path, "--engine", "onnx", home: home)
      #expect(outcome.errors == "750 predictions in \(file.path)\n")
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      #expect(text.split(separator: "\r\n").count == 751)
      #expect(text.contains(",'=1498.png,"))
      let piped = try await history(
        "--export", "csv", "--output", "-", "--engine", "onnx", home: home)
      #expect(piped.output == text)
      let workbook = home.appending(path: "history.xlsx")
      let written = try await history(
        "--export", "xlsx", "--output", workbook.path, home: home)
      #expect(written.errors == "1500 predictions in \(workbook.path)\n")
      #expect(try Data(contentsOf: workbook).starts(with: Array("PK".utf8)))
      let failed = try await history(
        "--export", "csv", "--output", home.appending(path: "no/history.csv").path, home: home)
      #expect(failed.status == 1)
      #expect(
        failed.errors
          == "Error: \(home.path)/no/history.csv: No such file or directory\n")
      // What is no file stays what it is.
      let pipe = home.appending(path: "pipe").path
      try #require(mkfifo(pipe, 0o600) == 0)
      let refused = try await history("--export", "csv", "--output", pipe, home: home)
      #expect(refused.errors == "Error: \(pipe): it is not a regular file\n")
    }
  }

  @Test func labels() async throws {
    let record = Self.record(0)
    try await withRecords([record, Self.record(1)]) { home in
      let labelled = try await history("label", record.id, "ankle boot", home: home)
      #expect(labelled.output.hasSuffix("boot.png  is: Ankle boot\n"))
      let wrong = try await history("--label", "wrong", home: home)
      #expect(wrong.output == labelled.output)
      #expect(try await history("label", record.id, "--clear", home: home).status == 0)
      #expect(try await history("--label", "any", home: home).output.isEmpty)
    }
  }

  @Test func prunesAndPublishesTheCounts() async throws {
    let (old, new) = (Date() - 91 * 86_400, Date() - 89 * 86_400)
    let records = (0..<10).map { index in
      var record = Self.record(index)
      record.createdAt = index < 7 ? old : new
      record.id = RecordID.make(at: record.createdAt)
      return record
    }
    try await withRecords(records) { home in
      let redis = try RedisServer()
      let environment = ["REDIS_URL": "redis://127.0.0.1:\(redis.port)"]
      let dry = try await history("prune", "--older-than", "90d", "--dry-run", home: home)
      #expect(dry.output.hasPrefix("7 predictions are older than "))
      let (_, status) = try await RunningServer.run(home: home, environment: environment) {
        server in
        defer { server.stop(SIGTERM) }
        #expect(try await server.get("/stats").contains(#""total_predictions":10"#))
        let pruned = try await history(
          "prune", "--older-than", "14w", home: home, environment: environment)
        #expect(pruned.output.hasPrefix("removed 0 predictions"))
        let again = try await history(
          "prune", "--older-than", "90d", home: home, environment: environment)
        #expect(again.output.hasPrefix("removed 7 predictions"))
        let statistics = try await server.get("/stats")
        #expect(statistics.contains(#""total_predictions":3"#))
        #expect(statistics.contains(#""source":"redis""#))
      }
      #expect(status == .exited(0))
      withExtendedLifetime(redis) {}
      let alone = try await history("prune", "--older-than", "90d", home: home)
      #expect(alone.status == 0)
      #expect(alone.errors.contains("Redis cannot be reached"))
    }
  }

  @Test func worksBesideAServer() async throws {
    let records = (0..<3_000).map { Self.record($0) }
    try await withRecords(records) { home in
      let copy = home.appending(path: "copy.db")
      let (answers, status) = try await RunningServer.run(home: home) { server in
        let answers = Counter()
        async let load: Void = server.load(connections: 4) { status, _ in await answers.add(status)
        }
        await answers.reach(20)
        let backup = try await history("backup", copy.path, home: home)
        #expect(backup.status == 0, "\(backup.errors)")
        #expect(try await history("backup", copy.path, home: home).status == 1)
        let pruned = try await history("prune", "--older-than", "24h", home: home)
        #expect(pruned.status == 0, "\(pruned.errors)")
        let shown = try await history("--limit", "5", home: home)
        #expect(shown.output.split(separator: "\n").count == 5)
        await answers.reach(await answers.stored + 20)
        server.stop(SIGTERM)
        await load
        return await (stored: answers.stored, failed: answers.failed)
      }
      #expect(status == .exited(0))
      #expect(answers.failed == 0)
      let copied = try SQLitePredictionStore(existing: copy)
      #expect(try await copied.count(before: Self.start + 86_400) == 3_000)
      let store = try SQLitePredictionStore(existing: home.appending(path: "atelier.db"))
      let counts = try await store.counts()
      #expect(counts.total == answers.stored)
      #expect(try await store.identities().count == answers.stored)
      let page = try await store.page(matching: PredictionFilter(), after: nil, limit: 1)
      #expect(try await store.picture(id: #require(page.records.first).id)?.count == 784)
    }
  }

  /// The answers of a load, and whoever waits for a number of them.
  private actor Counter {
    private(set) var stored = 0
    private(set) var failed = 0
    private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    func add(_ status: Int) {
      if status == 200 { stored += 1 } else { failed += 1 }
      for waiter in waiting where stored >= waiter.count { waiter.continuation.resume() }
      waiting.removeAll { stored >= $0.count }
    }

    func reach(_ count: Int) async {
      guard stored < count else { return }
      await withCheckedContinuation { waiting.append((count, $0)) }
    }
  }
}
