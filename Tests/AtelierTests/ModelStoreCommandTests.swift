import Foundation
import Glibc
import HTTPTypes
import ModelStore
import Subprocess
import Testing

/// The model store through the program, and beside a server that runs.
@Suite(.timeLimit(.minutes(15))) struct ModelStoreCommandTests {
  private static let shipped = Program.shippedModel.lastPathComponent

  private static func importing(
    _ name: String, form: String = "model.pth", into home: URL
  ) async throws {
    let file = Program.shippedModel.appending(path: form).path
    let outcome = try await Program.run(
      "models", "import", file, "--name", name, environment: ["ATELIER_HOME": home.path])
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "\(name)  fashion-lite, 72778 parameters\n")
  }

  @Test func versionsAreImportedPromotedRolledBackAndRemoved() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path]
      try await Self.importing("one", into: home)
      try await Self.importing("two", form: "model.onnx", into: home)
      for (arguments, status, text) in [
        (["promote", "one"], 0, "one is the version that is served"),
        (["promote", "two"], 0, "two is the version that is served"),
        (["rollback"], 0, "one is the version that is served"),
        (["remove", "one"], 1, "model version one is the one that is served"),
        (["remove", "two"], 0, "removed two"),
        (["remove", Self.shipped], 1, "came with the program and stays"),
        (["rollback"], 0, "\(Self.shipped) is the version that is served"),
        (["rollback"], 1, "no version was served before this one"),
        (["import", "/nonexistent.pth"], 1, "/nonexistent.pth: No such file or directory"),
      ] {
        let outcome = try await Program.run(["models"] + arguments, environment: environment)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(text), "\(arguments): \(outcome.errors)")
      }
    }
  }

  @Test func aRecipeThatLacksSomethingSaysWhat() async throws {
    try await withTemporaryDirectory { home in
      let recipe = home.appending(path: "recipe.json")
      try Data(#"{"training": {"settings": {}}, "dataset": {"name": "D"}}"#.utf8).write(to: recipe)
      let outcome = try await Program.run(
        "models", "import", Program.shippedModel.appending(path: "model.pth").path,
        "--recipe", recipe.path, environment: ["ATELIER_HOME": home.path])
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(#"is no recipe: it has no "dataset.trainingCount""#))
    }
  }

  @Test func runsWithOtherSeedsAreRecorded() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path]
      func addRun(seed: Int, epochs: Int = 3) async throws {
        let recipe = home.appending(path: "recipe-\(seed).json")
        let settings = "{\"epochs\": \(epochs), \"seed\": \(seed)}"
        try Data("{\"training\": {\"settings\": \(settings)}}".utf8).write(to: recipe)
        let outcome = try await Program.run(
          "models", "import", Program.shippedModel.appending(path: "model.pth").path,
          "--name", "run-\(seed)", "--recipe", recipe.path, environment: environment)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let store = ModelStore(directory: home.appending(path: "models"))
        _ = try store.version(named: "run-\(seed)").updatingManifest {
          for split in ["validation", "test"] {
            $0.metrics[split] = .init(
              samples: 10, accuracy: 0.5 + Double(seed) / 10, loss: 1, ece: 0)
          }
        }
      }
      for seed in [2, 1, 3] { try await addRun(seed: seed, epochs: seed == 3 ? 4 : 3) }
      let outcome = try await Program.run(
        "models", "seeds", "run-2", "run-1", environment: environment)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let store = ModelStore(directory: home.appending(path: "models"))
      #expect(
        try store.version(named: "run-2").manifest.seeds == [
          .init(seed: 1, validationAccuracy: 0.6, testAccuracy: 0.6),
          .init(seed: 2, validationAccuracy: 0.7, testAccuracy: 0.7),
        ])
      let other = try await Program.run(
        "models", "seeds", "run-2", "run-3", environment: environment)
      #expect(other.status == 1)
      #expect(other.errors.contains("run-3 was trained with other settings"))
    }
  }

  @Test func damagedVersionsAreListed() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path]
      try await Self.importing("altered", into: home)
      let models = home.appending(path: "models")
      try Data("x".utf8).write(to: models.appending(path: "altered/model.onnx"))
      try FileManager.default.createDirectory(
        at: models.appending(path: "half"), withIntermediateDirectories: true)
      let table = try await Program.run("models", "list", environment: environment)
      #expect(table.status == 0)
      #expect(table.output.contains("\(Self.shipped) *"))
      #expect(table.errors.contains("altered cannot be used: model.onnx of model version altered"))
      #expect(table.errors.contains("half cannot be used: model version half has no manifest.json"))
      let lines = try await Program.run("models", "list", "--json", environment: environment)
      let objects = try lines.output.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(
        objects.filter { $0["defect"] != nil }.compactMap { $0["version"] as? String }.sorted()
          == ["altered", "half"])
      let refused = try await Program.run("models", "promote", "altered", environment: environment)
      #expect(refused.status == 1)
      #expect(!FileManager.default.fileExists(atPath: models.appending(path: "current").path))
    }
  }

  @Test func aRunningServerFollows() async throws {
    try await withTemporaryDirectory { home in
      let environment = ["ATELIER_HOME": home.path]
      try await Self.importing("mine", into: home)
      _ = try await RunningServer.run(
        home: home, environment: ["ATELIER_CANARY": "mine=25%"]
      ) { server in
        defer { server.stop(SIGTERM) }
        let before = try await server.get("/models")
        #expect(before.contains(#"{"current":"\#(Self.shipped)","previous":null"#))
        #expect(before.contains(#""canary":{"version":"mine","share":0.2500}"#))
        let promoted = try await Program.run(
          "models", "promote", "mine", environment: environment)
        #expect(promoted.status == 0)
        // The suite's time limit ends a wait that is in vain.
        while try await !server.get("/models").contains(#"{"current":"mine""#) {}
        #expect(try await server.send(.post, "/models/rollback").status == 200)
        #expect(try await server.get("/models").contains(#"{"current":"\#(Self.shipped)""#))
      }
    }
  }

  @Test func killedItIsNeverHalfPromoted() async throws {
    try await withTemporaryDirectory { home in
      for name in ["one", "two"] { try await Self.importing(name, into: home) }
      let store = ModelStore(directory: home.appending(path: "models"))
      try store.promote("one")
      for round in 1...4 {
        let (_, status) = try await RunningServer.run(home: home) { server in
          for number in 1... {
            let name = number.isMultiple(of: 2) ? "one" : "two"
            async let answer = server.send(.post, "/models/\(name)/promote")
            if number == 2 + round { server.stop(SIGKILL) }
            // Without an answer, the server is gone.
            guard (try? await answer)?.status == 200 else { break }
          }
        }
        #expect(status == .signaled(9))
        let current = try store.current()
        #expect(["one", "two"].contains(current.name))
        try current.verify()
        #expect(try store.entries().map(\.name).sorted() == ["one", "two"])
      }
    }
  }
}
