import Classification
import Dataset
import Files
import Foundation
import Networks
import OnnxEngine
import OnnxModel
import OracleSupport
import Testing

@Suite(.timeLimit(.minutes(15))) final class OnnxEngineTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "onnx-engine-\(UUID())")
  let network = Architecture.fashionCNN.network()

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try OnnxModel.write(
      network: network, stateDict: .random(for: network, seed: 8), labels: .fashionMNIST,
      to: path("model.onnx"))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test func theLibraryIsTheOneSetupInstalls() throws {
    #expect(try #require(OnnxEngine.runtimeVersion).hasPrefix("1.32."))
  }

  @Test(arguments: [1, 3, 256], [1, 2])
  func logitsAreThoseOfPythonsRuntime(batch: Int, threads: Int) async throws {
    var generator = SeededGenerator(seed: UInt64(batch))
    let pictures = generator.pictures(batch)
    try FileContents.write(pictures.withUnsafeBytes { Array($0) }, to: path("pictures"))
    let output = try await Oracle.run(
      script: "run.py", arguments: [path("model.onnx"), path("pictures")])
    let expected = try JSONDecoder().decode([Float].self, from: Data(output.utf8))

    let engine = try OnnxEngine(path: path("model.onnx"), classCount: 10, threads: threads)
    #expect(engine.kind == .onnx)
    let logits = try engine.logits(ofPixels: pictures)
    #expect(logits.count == batch * 10 && Set(logits).count > 1)
    #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func batchesThatDoNotFitAreRefusedAndEmptyOnesAllowed() throws {
    let engine = try OnnxEngine(path: path("model.onnx"), classCount: 10)
    #expect(try engine.logits(ofPixels: []) == [])
    for (pixels, logits) in [(784, 9), (783, 10), (784, 20), (0, 10), (784, 0)] {
      #expect(
        throws: InferenceError.shapeMismatch(pixels: pixels, logits: logits, classes: 10)
      ) {
        var values = [Float](repeating: 0, count: logits)
        var output = values.mutableSpan
        try engine.run([Float](repeating: 0, count: pixels).span, into: &output)
      }
    }
  }

  @Test(arguments: [1, 2]) func severalTasksMayUseOneEngine(threads: Int) async throws {
    let engine = try OnnxEngine(path: path("model.onnx"), classCount: 10, threads: threads)
    var generator = SeededGenerator(seed: 4)
    let batches = (1...16).map { generator.pictures($0) }
    let expected = try batches.map { try engine.logits(ofPixels: $0) }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        for (batch, logits) in zip(batches, expected) {
          group.addTask {
            zip(try engine.logits(ofPixels: batch), logits).allSatisfy { abs($0 - $1) < 1e-5 }
          }
        }
      }
      for try await agrees in group { #expect(agrees) }
    }
  }

  @Test func modelsOfOtherShapesAreRefused() async throws {
    try await Oracle.run(script: "models.py", arguments: [folder.path])
    let good = try OnnxEngine(path: path("good.onnx"), classCount: 10)
    let picture = [Float](repeating: 0.5, count: 784)
    #expect(try good.logits(ofPixels: picture + picture) == [Float](repeating: 0.5, count: 20))

    for (name, reason) in [
      ("five-classes", "its output has the shape N x 5, not N x 10"),
      ("fixed-batch", "its input has the shape 1 x 1 x 28 x 28, not N x 1 x 28 x 28"),
      ("colour", "its input has the shape N x 3 x 28 x 28, not N x 1 x 28 x 28"),
      ("larger", "its input has the shape N x 1 x 32 x 32, not N x 1 x 28 x 28"),
      ("flat", "its input has the shape N x 784, not N x 1 x 28 x 28"),
      ("integers", "its input does not hold 32-bit floats"),
      ("picture-to-picture", "its output has the shape N x 1 x 28 x 28, not N x 10"),
      ("two-inputs", "it has 2 inputs and 1 outputs, not one of each"),
      ("two-outputs", "it has 1 inputs and 2 outputs, not one of each"),
    ] {
      let path = path(name + ".onnx")
      #expect(throws: InferenceError.modelInvalid(path: path, reason: reason)) {
        try OnnxEngine(path: path, classCount: 10)
      }
    }
  }

  @Test func filesThatAreNoModelsAreRefusedOnOneLine() throws {
    let missing = InferenceError.modelUnreadable(
      path: path("missing.onnx"), reason: "No such file or directory")
    #expect(throws: missing) { try OnnxEngine(path: path("missing.onnx"), classCount: 10) }
    #expect(throws: InferenceError.self) { try OnnxEngine(path: folder.path, classCount: 10) }

    let model = try FileContents.read(from: path("model.onnx"), limit: .max)
    var contents = [[], Array("hello".utf8), Array(model.reversed())]
    contents += stride(from: 1, to: model.count, by: 9973).map { Array(model[..<$0]) }
    for content in contents {
      try FileContents.write(content, to: path("damaged.onnx"))
      let error = #expect(throws: InferenceError.self) {
        try OnnxEngine(path: path("damaged.onnx"), classCount: 10)
      }
      guard case .modelInvalid(_, let reason) = error else {
        Issue.record("\(content.count) bytes gave \(String(describing: error))")
        continue
      }
      #expect(!reason.isEmpty && !reason.contains("\n"))
    }
  }

  /// Altered weights make other numbers, not another format, so only crashes and hangs are faults.
  @Test func alteredModelsNeverCrash() throws {
    let model = try FileContents.read(from: path("model.onnx"), limit: .max)
    // The structure lies in front of, between and after the weights; most of it fits 4 KiB.
    var generator = SeededGenerator(seed: 12)
    var refused = 0
    for _ in 0..<200 {
      var altered = model
      for _ in 0...generator.integer(below: 3) {
        let offset = generator.integer(below: 2048)
        let index = generator.integer(below: 2) == 0 ? offset : model.count - 1 - offset
        altered[index] ^= 1 << UInt8(generator.integer(below: 8))
      }
      try FileContents.write(altered, to: path("altered.onnx"))
      do throws(InferenceError) {
        let engine = try OnnxEngine(path: path("altered.onnx"), classCount: 10)
        _ = try engine.logits(ofPixels: [Float](repeating: 0.5, count: 784))
      } catch {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test func hardwareThatIsMissingIsNamed() throws {
    let error = #expect(throws: InferenceError.self) {
      try OnnxEngine(path: path("model.onnx"), classCount: 10, provider: .cuda)
    }
    guard case .engineUnavailable(.onnx, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("CUDA"))
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }
}
