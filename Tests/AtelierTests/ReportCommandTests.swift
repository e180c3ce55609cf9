import Dataset
import Foundation
import ModelStore
import Testing

@Suite struct ReportCommandTests {
  @Test(arguments: ["onnx", "quantized"])
  func aReportIsWrittenForAnyEngine(engine: String) async throws {
    try await withTemporaryDirectory { directory in
      let data = directory.appending(path: "data")
      try FashionMNIST.small().write(to: data)
      let folder = directory.appending(path: "reports/\(engine)")
      let outcome = try await Program.run(
        "evaluate", "--store", Program.shippedModel.deletingLastPathComponent().path,
        "--dataset", data.path, "--engine", engine, "--report", folder.path, "--json")
      #expect(outcome.status == 0)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
          "confusion.svg", "reliability.svg", "report.json", "report.md",
        ])
      let json = try String(contentsOf: folder.appending(path: "report.json"), encoding: .utf8)
      #expect(json == outcome.output)
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
      let bins = try #require(report["reliability"] as? [[String: Any]])
      #expect(bins.compactMap { $0["count"] as? Int }.reduce(0, +) == 300)
      let accuracy = try #require(report["accuracy"] as? Double)
      let document = try String(contentsOf: folder.appending(path: "report.md"), encoding: .utf8)
      #expect(document.contains(" \(String(format: "%.2f", accuracy * 100)) % |"))
      let picture = try String(
        contentsOf: folder.appending(path: "confusion.svg"), encoding: .utf8)
      #expect(picture.contains("300 pictures"))
    }
  }

  @Test func theCardOfTheShippedVersionsIsTheSameTwice() async throws {
    try await withTemporaryDirectory { directory in
      let store = Program.shippedModel.deletingLastPathComponent().path
      var contents: [[String: Data]] = []
      for name in ["one", "two"] {
        let folder = directory.appending(path: name)
        let outcome = try await Program.run(
          "models", "card", "--store", store, "--output", folder.appending(path: "card.md").path)
        #expect(outcome.status == 0)
        #expect(outcome.output.isEmpty)
        var files: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
          files[path] = FileManager.default.contents(atPath: folder.appending(path: path).path)
        }
        contents.append(files)
      }
      let same = contents[0] == contents[1]
      #expect(same)
      let card = String(decoding: try #require(contents[0]["card.md"]), as: UTF8.self)
      for version in try ModelStore(directory: URL(filePath: store)).versions() {
        #expect(card.contains("\n## \(version.name)\n"))
      }
    }
  }

  @Test func unknownVersionsAndFoldersThatCannotBeAreOneLine() async throws {
    let missing = try await Program.run("models", "card", "v999", "--output", "/tmp/x.md")
    #expect(missing.status == 1)
    #expect(missing.errors.split(separator: "\n").count == 1)
    #expect(missing.errors.contains("v999"))
    let unwritable = try await Program.run("models", "card", "--output", "/proc/none/card.md")
    #expect(unwritable.status == 1)
    #expect(unwritable.errors.split(separator: "\n").count == 1)
    #expect(unwritable.errors.contains("/proc/none/card.md"))
  }

  @Test func theCommandOfTheCardTrainsTheSameModel() async throws {
    try await withTemporaryDirectory { directory in
      let data = directory.appending(path: "data")
      try FashionMNIST.small().write(to: data)
      let first = directory.appending(path: "store/first")
      let trained = try await Program.run(
        "train", "--dataset", data.path, "--output", first.path, "--architecture", "fashion-lite",
        "--epochs", "1", "--batch-size", "100", "--optimizer", "adamw", "--learning-rate", "0.002",
        "--weight-decay", "0.00003", "--label-smoothing", "0.2", "--average-decay", "0.9",
        "--precision", "float32", "--shift", "1", "--erasing", "0.125", "--seed", "7", "--threads",
        "1")
      #expect(trained.status == 0)
      let card = directory.appending(path: "card.md")
      let written = try await Program.run(
        "models", "card", "--store", directory.appending(path: "store").path, "--output", card.path)
      #expect(written.status == 0)
      let text = try String(contentsOf: card, encoding: .utf8)
      #expect(!text.contains("not recorded"))
      let command = try #require(
        text.split(separator: "\n").first { $0.hasPrefix("atelier train ") })
      let words = command.split(separator: " ").dropFirst().map(String.init)
      #expect(words.suffix(2) == ["--output", "reproduced/first"])
      let second = directory.appending(path: "store/second")
      let again = try await Program.run(
        words.dropLast() + [second.path, "--dataset", data.path])
      #expect(again.status == 0)
      let weights = try [first, second].map {
        try Data(contentsOf: $0.appending(path: "model.pth"))
      }
      let same = weights[0] == weights[1]
      #expect(same)
      let versions = try [first, second].map { try ModelVersion(directory: $0).manifest }
      #expect(versions[0].metrics == versions[1].metrics)
      #expect(versions[0].metrics["test"]?.confusion?.joined().reduce(0, +) == 300)
    }
  }
}
