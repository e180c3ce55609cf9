import Dataset
import Foundation
import Testing

@Suite struct TrainingCommandTests {
  @Test func aModelIsTrainedInterruptedResumedAndEvaluated() async throws {
    try await withTemporaryDirectory { directory in
      let data = directory.appending(path: "data")
      try FashionMNIST.small().write(to: data)
      let output = directory.appending(path: "store/tiny")
      let train = [
        "train", "--dataset", data.path, "--output", output.path, "--epochs", "20", "--json",
      ]
      // Twenty epochs take seconds, so the signal arrives long before the end.
      let stopped = try await Program.interrupt(train, after: "epoch 1/20:")
      #expect(stopped.status == 1)
      #expect(stopped.errors.contains("--resume"))
      #expect(!FileManager.default.fileExists(atPath: output.appending(path: "manifest.json").path))

      let again = try await Program.run(train)
      #expect(again.status == 1)
      #expect(again.errors.contains("--resume"))

      let resumed = try await Program.run(
        "train", "--dataset", data.path, "--output", output.path, "--resume", "--json")
      #expect(resumed.status == 0)
      #expect(!resumed.errors.contains("epoch 1/20:"))
      #expect(resumed.errors.contains("epoch 20/20:"))
      let manifest = try #require(
        try JSONSerialization.jsonObject(with: Data(resumed.output.utf8)) as? [String: Any])
      let metrics = try #require(manifest["metrics"] as? [String: [String: Any]])
      let accuracy = try #require(metrics["test"]?["accuracy"] as? Double)
      #expect(accuracy > 0.5)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: output.path).sorted() == [
          "garment-detector.pth", "manifest.json", "model-int8.pt", "model.atelier", "model.onnx",
          "model.pt", "model.pth",
        ])

      let evaluation = try await Program.run(
        "evaluate", "--store", output.deletingLastPathComponent().path, "--dataset", data.path,
        "--engine", "pytorch", "--json")
      let report = try #require(
        try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
      #expect(report["engine"] as? String == "pytorch")
      #expect(report["model"] as? String == "tiny")
      #expect(report["split"] as? String == "test")
      #expect(report["samples"] as? Int == 300)
      #expect(report["accuracy"] as? Double == accuracy)
      #expect((report["latency_ms"] as? [String: Double])?["p50"] ?? 0 > 0)
      #expect((report["per_class"] as? [Any])?.count == 10)
      #expect((report["confusion"] as? [[Int]])?.joined().reduce(0, +) == 300)
    }
  }

  @Test func missingDataIsOneLine() async throws {
    try await withTemporaryDirectory { directory in
      let outcome = try await Program.run(
        "train", "--dataset", directory.path, "--output", directory.appending(path: "m").path)
      #expect(outcome.status == 1)
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains("train-images-idx3-ubyte"))
    }
  }

  @Test(arguments: [
    (["train", "--resume"], "--output"),
    (["train", "--resume", "--output", "x", "--epochs", "3"], "settings"),
    (["train", "--optimizer", "adagrad"], "adagrad"),
    (["evaluate", "--split", "holdout"], "holdout"),
    (["train", "--epochs", "0"], "epochs must be from 1 to 1000000"),
    (["train", "--batch-size", "9223372036854775807"], "batch size must be from 1 to 1000000"),
    (["train", "--threads", "3000000000"], "threads must be from 1 to 1024"),
    (["train", "--shift", "9223372036854775807"], "shift must be from 0 to 27 pixels"),
    (["train", "--erasing", "2"], "erasing must be from 0 to 1"),
    (["train", "--weight-decay", "nan"], "weight decay must not be negative"),
    (["benchmark", "--engines", "onnx,caffe"], "caffe"),
    (["benchmark", "--engines", ","], "at least one engine"),
    (["benchmark", "--iterations", "0"], "--iterations"),
    (["evaluate", "--outliers", "--report", "x"], "--report"),
    (["evaluate", "--mirrored", "--report", "x"], "--report"),
    (["evaluate", "--limit", "20"], "--limit and --seed go with --robustness"),
    (["models", "card", "--output", "card.html"], "--output"),
    (["export", "model.pth", "--output", "x", "--format", "coreml"], "coreml"),
  ])
  func misuseIsToldApart(arguments: [String], mention: String) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(mention))
  }
}
