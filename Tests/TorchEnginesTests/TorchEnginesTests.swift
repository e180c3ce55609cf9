import Classification
import Dataset
import Foundation
import Networks
import OracleSupport
import Testing
import TorchEngines

@Suite struct TorchEnginesTests {
  let network = Architecture.fashionCNN.network()
  let stateDict = StateDict.random(for: Architecture.fashionCNN.network(), seed: 1)

  @Test(arguments: Architecture.allCases, [(1, 1), (3, 2), (64, 1), (64, 2)])
  func scriptAnswersLikeTheEagerNetwork(
    architecture: Architecture, size: (batch: Int, threads: Int)
  ) throws {
    let network = architecture.network()
    let stateDict = StateDict.random(for: network, seed: 1)
    let (batch, threads) = size
    try withExports(of: network, stateDict) { files in
      let images = pictures(batch)
      let eager = try EagerEngine(network: network, stateDict: stateDict, threads: threads)
      let script = try TorchScriptEngine(path: files.script, classCount: 10, threads: threads)
      let expected = try eager.logits(for: images)
      #expect(difference(try script.logits(for: images), expected) < 1e-4)
    }
  }

  @Test func int8StaysCloseAndIsSmall() throws {
    try withExports { files in
      let images = pictures(200)
      let eager = try EagerEngine(network: network, stateDict: stateDict)
      let quantized = try TorchScriptEngine(
        path: files.quantized, kind: .quantized, classCount: 10)
      #expect(quantized.kind == .quantized)
      let expected = try eager.logits(for: images)
      let answers = try quantized.logits(for: images)
      #expect(difference(answers, expected) > 0)
      #expect(difference(answers, expected) < 0.1)
      let size = { try #require(FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int) }
      #expect(try size(files.quantized) * 5 < size(files.script) * 2)
    }
  }

  @Test func anEngineServesManyTasksAtOnce() async throws {
    let engine = try EagerEngine(network: network, stateDict: stateDict)
    let images = pictures(32)
    let expected = try images.map { try engine.logits(for: [$0])[0] }
    try await withThrowingTaskGroup(of: (Int, Logits).self) { group in
      for (index, image) in images.enumerated() {
        group.addTask { (index, try engine.logits(for: [image])[0]) }
      }
      for try await (index, logits) in group { #expect(logits == expected[index]) }
    }
  }

  @Test func anEmptyBatchHasNoLogitsAndHalfAPictureIsRefused() throws {
    let engine = try EagerEngine(network: network, stateDict: stateDict)
    #expect(try engine.logits(for: []) == [])
    var room = [Float](repeating: 0, count: 10)
    #expect(throws: InferenceError.shapeMismatch(pixels: 783, logits: 10, classes: 10)) {
      var output = room.mutableSpan
      try engine.run([Float](repeating: 0, count: 783).span, into: &output)
    }
  }

  @Test func unusableFilesAreRefused() throws {
    try withExports { files in
      let whole = try Data(contentsOf: URL(filePath: files.script))
      let path = files.script + ".cut"
      for length in [0, 1, 100, whole.count / 2, whole.count - 1] {
        try whole.prefix(length).write(to: URL(filePath: path))
        let error = #expect(throws: InferenceError.self) {
          try TorchScriptEngine(path: path, classCount: 10)
        }
        #expect(error?.description.contains("\n") == false)
      }
      #expect(throws: InferenceError.self) {
        try TorchScriptEngine(path: "/nonexistent.pt", classCount: 10)
      }
      // A module of ten classes where three are expected.
      #expect(throws: InferenceError.self) {
        try TorchScriptEngine(path: files.script, classCount: 3)
      }
      var short = stateDict
      short["cnn_stack.9.bias"] = nil
      #expect(throws: InferenceError.self) {
        try EagerEngine(network: network, stateDict: short)
      }
      #expect(throws: TorchExportError.self) {
        try TorchExport.writeTorchScript(
          network: network, stateDict: stateDict,
          to: "/nonexistent/model.pt")
      }
    }
  }

  private struct Exports {
    let script: String
    let quantized: String
  }

  private func withExports(_ body: (Exports) throws -> Void) throws {
    try withExports(of: network, stateDict, body)
  }

  private func withExports(
    of network: Network, _ stateDict: StateDict, _ body: (Exports) throws -> Void
  ) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let files = Exports(
      script: directory.appending(path: "model.pt").path,
      quantized: directory.appending(path: "model-int8.pt").path)
    try TorchExport.writeTorchScript(network: network, stateDict: stateDict, to: files.script)
    try TorchExport.writeQuantized(network: network, stateDict: stateDict, to: files.quantized)
    try body(files)
  }

  private func pictures(_ count: Int) -> [ImageTensor] {
    var generator = SeededGenerator(seed: 2)
    return (0..<count).map { _ in ImageTensor(pixels: generator.pictures(1)) }
  }

  /// The largest distance of two logits of the same picture and class.
  private func difference(_ left: [Logits], _ right: [Logits]) -> Float {
    zip(left, right).flatMap { zip($0.values, $1.values).map { abs($0 - $1) } }.max() ?? 0
  }
}
