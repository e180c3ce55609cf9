import Foundation
import HTTPTypes
import PostgreSQL
import PostgresSupport
import Records
import Testing

/// The program on PostgreSQL, as a user runs it.
@Suite(.serialized, .timeLimit(.minutes(15))) struct PostgresCommandTests {
  private func fill(_ home: URL, _ count: Int) async throws {
    let store = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
    for index in 0..<count {
      let id = RecordID.make(at: Date(timeIntervalSince1970: 1_790_000_000 + Double(index)))
      try await store.insert(
        PredictionRecord(
          id: id, createdAt: RecordID.date(of: id) ?? Date(), requestID: "request",
          filename: "\(index).png", modelUsed: "ONNX", modelVersion: "v1", predictedClass: "Bag",
          confidence: 0.5, inferenceTimeMilliseconds: 1, topK: [], isUncertain: index % 2 == 0,
          preprocess: "auto", clientKeyID: "key", imageSHA256: "hash"))
    }
    try await store.close()
  }

  @Test func movesAHistoryToPostgreSQL() async throws {
    try await withTemporaryDirectory { home in
      try await fill(home, 30)
      let url = try PostgresServer.shared.get().makeDatabase()
      let sqlite = ["ATELIER_HOME": home.path]
      let both = sqlite.merging(["DATABASE_URL": url]) { $1 }
      let made = try await Program.run(
        "keys", "create", "--name", "shop", "--role", "read", environment: sqlite)
      #expect(made.status == 0)

      let nowhere = try await Program.run("history", "migrate", environment: sqlite)
      #expect(nowhere.status == 1)
      #expect(nowhere.errors.contains("databaseUrl"))
      let first = try await Program.run("history", "migrate", "--json", environment: both)
      #expect(first.status == 0, "\(first.errors)")
      #expect(first.errors.contains("30 of 30"))
      struct Report: Decodable, Equatable {
        let predictions: Int
        let copied: Int
        let present: Int
        let keys: Int
      }
      let report = try JSONDecoder().decode(Report.self, from: Data(first.output.utf8))
      #expect(report == Report(predictions: 30, copied: 30, present: 0, keys: 1))
      let second = try await Program.run("history", "migrate", environment: both)
      #expect(second.output.hasPrefix("copied 0 predictions and 0 keys; 30 predictions"))

      let list = ["history", "--uncertain", "true", "--json"]
      let (old, new) = (
        try await Program.run(list, environment: sqlite),
        try await Program.run(list, environment: both)
      )
      #expect(new.output == old.output)
      #expect(new.output.split(separator: "\n").count == 15)
      let keys = try await Program.run("keys", "list", environment: both)
      #expect(keys.output.contains("shop"))
      let copy = try await Program.run(
        "history", "backup", home.appending(path: "copy.db").path, environment: both)
      #expect(copy.status == 1)
      #expect(copy.errors.contains("pg_dump"))
    }
  }

  /// A key that is made at one server is good at the other, and both show the same history.
  @Test func serversShareKeysAndHistory() async throws {
    let url = try PostgresServer.shared.get().makeDatabase()
    try await withTemporaryDirectory { directory in
      let homes = ["first", "second"].map { directory.appending(path: $0) }
      let environment = ["DATABASE_URL": url]
      _ = try await RunningServer.run(home: homes[0], environment: environment) { first in
        _ = try await RunningServer.run(home: homes[1], environment: environment) { second in
          let made = try await Program.run(
            "keys", "create", "--name", "shop", "--role", "read",
            environment: environment.merging(["ATELIER_HOME": homes[0].path]) { $1 })
          let secret = made.output.trimmingCharacters(in: .newlines)
          for server in [first, second] {
            while try await server.send(.get, "/stats", key: secret).status != 200 {
              try Task.checkCancellation()
            }
          }
          let id = try await first.predict()
          #expect(try await second.get("/predictions/\(id)").contains(id))
          second.stop(SIGTERM)
        }
        first.stop(SIGTERM)
      }
    }
  }

  /// As in a cluster: servers with one database and one home directory. What one of them promotes is served by the
  /// other, and after a rollback what was served before.
  @Test func serversFollowAPromotion() async throws {
    let url = try PostgresServer.shared.get().makeDatabase()
    try await withTemporaryDirectory { home in
      let environment = ["DATABASE_URL": url, "ATELIER_LOG_FILE": "none"]
      _ = try await RunningServer.run(home: home, environment: environment) { first in
        defer { first.stop(SIGTERM) }
        _ = try await RunningServer.run(home: home, environment: environment) { second in
          defer { second.stop(SIGTERM) }
          let models = try await Self.models(of: second)
          let before = models.current
          let other = try #require(models.models.map(\.version).first { $0 != before })
          let promoted = try await first.send(.post, "/models/\(other)/promote")
          #expect(promoted.status == 200, "\(promoted.text)")
          try await Self.wait(for: other, at: second)
          let answer = try await second.classify("/predict-onnx").text
          #expect(answer.contains("\"model_version\":\"\(other)\""), "\(answer)")
          #expect(try await second.send(.post, "/models/rollback").status == 200)
          try await Self.wait(for: before, at: first)
        }
      }
    }
  }

  private struct Models: Decodable {
    struct Model: Decodable { let version: String }
    let current: String
    let models: [Model]
  }

  private static func models(of server: RunningServer) async throws -> Models {
    try JSONDecoder().decode(Models.self, from: Data(try await server.get("/models").utf8))
  }

  private static func wait(for version: String, at server: RunningServer) async throws {
    while try await models(of: server).current != version { try Task.checkCancellation() }
  }

  @Test func saysWhatIsWrongWithADatabase() async throws {
    let server = try PostgresServer(.password("right"))
    let addresses = [
      (server.url(user: "postgres:wrong-secret"), "password authentication failed"),
      ("postgres://postgres:secret@127.0.0.1:1/db", "refused"),
      ("postgres://postgres:se@cret@127.0.0.1/db", "there is an @ too many"),
      ("mysql://postgres:secret@127.0.0.1/db", "does not start with postgres://"),
    ]
    try await withTemporaryDirectory { home in
      for (url, reason) in addresses {
        let outcome = try await Program.run(
          "history", environment: ["ATELIER_HOME": home.path, "DATABASE_URL": url])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
        #expect(!outcome.errors.contains("cret"))
      }
      let configuration = try await Program.run(
        "serve", "--print-config",
        environment: ["ATELIER_HOME": home.path, "DATABASE_URL": addresses[1].0])
      #expect(configuration.output.contains("databaseUrl"))
      #expect(!configuration.output.contains("secret"))
    }
  }
}
