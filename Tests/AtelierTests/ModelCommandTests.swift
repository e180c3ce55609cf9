import Dataset
import Foundation
import Testing

@Suite struct ModelCommandTests {
  @Test func anExportedVersionAnswersLikeTheOneItCameFrom() async throws {
    try await withTemporaryDirectory { directory in
      let copy = directory.appending(path: "copy")
      let exported = try await Program.run(
        "export", Program.shippedModel.appending(path: "model.pth").path, "--output", copy.path,
        "--architecture", "fashion-lite",
        "--json")
      #expect(exported.status == 0)
      let accuracies = try await [[], ["--store", directory.path]].asyncMap { store in
        let outcome = try await Program.run(["evaluate", "--engine", "onnx", "--json"] + store)
        let report =
          try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        return try #require(report?["accuracy"] as? Double)
      }
      #expect(accuracies[0] == accuracies[1])
    }
  }

  @Test func aFileThatRunsCodeIsRefused() async throws {
    try await withTemporaryDirectory { directory in
      let bomb = directory.appending(path: "bomb.pth")
      let proof = directory.appending(path: "proof")
      // cos\nsystem\n(S'touch ...'\ntR. is what pickle makes of os.system('touch ...').
      try Data("cos\nsystem\n(S'touch \(proof.path)'\ntR.".utf8).write(to: bomb)
      let outcome = try await Program.run(
        "export", bomb.path, "--output", directory.appending(path: "out").path)
      #expect(outcome.status == 1)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!FileManager.default.fileExists(atPath: proof.path))
      #expect(!FileManager.default.fileExists(atPath: directory.appending(path: "out").path))
    }
  }

  @Test(arguments: [0, 1_000, 100_000])
  func aHalfWrittenCheckpointIsRefused(length: Int) async throws {
    try await withTemporaryDirectory { directory in
      let cut = directory.appending(path: "cut.pth")
      try Data(contentsOf: Program.shippedModel.appending(path: "model.pth")).prefix(length)
        .write(to: cut)
      let outcome = try await Program.run(
        "export", cut.path, "--output", directory.appending(path: "out").path)
      #expect(outcome.status == 1)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains("cut.pth"))
    }
  }

  @Test(arguments: ["pytorch", "torchscript", "onnx", "quantized", "native"])
  func aHalfWrittenModelFileIsNamed(engine: String) async throws {
    try await withTemporaryDirectory { directory in
      let version = directory.appending(path: "v")
      try FileManager.default.copyItem(at: Program.shippedModel, to: version)
      let names = [
        "pytorch": "model.pth", "torchscript": "model.pt", "onnx": "model.onnx",
        "quantized": "model-int8.pt", "native": "model.atelier",
      ]
      let name = try #require(names[engine])
      let file = version.appending(path: name)
      try Data(contentsOf: file).prefix(5_000).write(to: file)
      let outcome = try await Program.run(
        "evaluate", "--engine", engine, "--store", directory.path)
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains(name))
    }
  }

  @Test func theBenchmarkComparesAllEngines() async throws {
    let outcome = try await Program.run("benchmark", "--iterations", "3", "--json")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let engines = try #require(report["engines"] as? [[String: Any]])
    #expect(
      engines.map { $0["model"] as? String } == [
        "PyTorch", "TorchScript", "ONNX", "PyTorch (Quantized)", "Native",
      ])
    for engine in engines {
      #expect(engine["iterations"] as? Int == 3)
      #expect(engine["median_ms"] as? Double ?? 0 > 0)
      #expect(engine["model_bytes"] as? Int ?? 0 > 0)
    }
    #expect(engines.contains { $0["speed_up"] as? String == "1.00x" })
  }

  @Test func versionsAreListedShownAndPromoted() async throws {
    try await withTemporaryDirectory { directory in
      let environment = ["ATELIER_HOME": directory.path]
      let name = Program.shippedModel.lastPathComponent
      let list = try await Program.run("models", "list", environment: environment)
      #expect(list.output.contains("\(name) *"))
      let shown = try await Program.run("models", "show", environment: environment)
      #expect(shown.output.contains("\"architecture\" : \"fashion-lite\""))
      #expect(
        try await Program.run("models", "promote", name, environment: environment).status == 0)
      let missing = try await Program.run("models", "promote", "v999", environment: environment)
      #expect(missing.status == 1)
      #expect(missing.errors.contains("v999"))
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(
    _ transform: (Element) async throws -> Result
  ) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
