import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import OracleSupport
import Pipeline
import Testing

@Suite struct FormsTests {
  @Test func pythonsLibrariesGiveTheSameLogits() async throws {
    let version = try ShippedModel.known.get()
    let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let test = try ShippedModel.test.get()
    let pixels = (0..<256).flatMap { test.tensor(at: $0).pixels }
    let pixelsFile = scratch.appending(path: "pixels")
    let logitsFile = scratch.appending(path: "logits")
    try pixels.withUnsafeBytes { Data($0) }.write(to: pixelsFile)
    try await Oracle.run(
      script: "forms.py", arguments: [version.directory.path, pixelsFile.path, logitsFile.path])
    let values = try Data(contentsOf: logitsFile).withUnsafeBytes {
      Array($0.bindMemory(to: Float.self))
    }
    #expect(values.count == 4 * 256 * 10)
    let kinds: [EngineKind] = [.pytorch, .torchscript, .quantized, .onnx]
    for (form, kind) in kinds.enumerated() {
      let theirs = (0..<256).map { index in
        let start = (form * 256 + index) * 10
        return Logits(Array(values[start..<start + 10]))
      }
      let engine = try ModelLoader().engine(kind, of: version)
      let ours = try engine.logits(for: (0..<256).map { test.tensor(at: $0) })
      // Another version of the int8 kernels may round a value the other way.
      #expect(difference(ours, theirs) < (kind == .quantized ? 0.1 : 1e-4), "\(kind)")
    }
  }

  @Test(arguments: [EngineKind.torchscript, .onnx, .native])
  func floatEnginesAgreeOnEveryTestPicture(kind: EngineKind) throws {
    let logits = try ShippedModel.logits.get()
    let eager = try #require(logits[.pytorch])
    let other = try #require(logits[kind])
    #expect(eager.count == 10_000)
    #expect(difference(eager, other) < 1e-4)
    #expect(eager.map(\.argmax) == other.map(\.argmax))
  }

  @Test func int8AnswersLikeTheFloatEnginesOn99Percent() throws {
    let logits = try ShippedModel.logits.get()
    let eager = try #require(logits[.pytorch])
    let quantized = try #require(logits[.quantized])
    let same = zip(eager, quantized).count { $0.argmax == $1.argmax }
    #expect(same >= 9_900)
    let labels = try ShippedModel.test.get().labels
    let correct = { (answers: [Logits]) in
      zip(answers, labels).count { $0.argmax == Int($1) }
    }
    #expect(correct(eager) - correct(quantized) <= 30)
  }

  @Test func integersOfTheNativeEngineAreAsAccurateAsItsFloats() throws {
    let test = try ShippedModel.test.get()
    let images = (0..<test.count).map { test.tensor(at: $0) }
    for version in try ShippedModel.store.versions() {
      let answers = try NativePrecision.allCases.map { precision in
        try ModelLoader(threads: 2, nativePrecision: precision).engine(.native, of: version)
          .logits(for: images)
      }
      let correct = answers.map { zip($0, test.labels).count { $0.argmax == Int($1) } }
      #expect(correct[0] - correct[1] <= 20, "\(version.name): \(correct)")
      #expect(zip(answers[0], answers[1]).count { $0.argmax == $1.argmax } >= 9_900)
      #expect(difference(answers[0], answers[1]) > 0, "\(version.name): both are floats")
    }
  }

  @Test func theManifestTellsTheTruth() throws {
    let version = try ShippedModel.version.get()
    let eager = try #require(try ShippedModel.logits.get()[.pytorch])
    let labels = try ShippedModel.test.get().labels
    let correct = zip(eager, labels).count { $0.argmax == Int($1) }
    let metrics = try #require(version.manifest.metrics["test"])
    #expect(metrics.samples == 10_000)
    #expect(abs(metrics.accuracy - Double(correct) / 10_000) < 1e-9)
    #expect(version.manifest.parameters == version.manifest.network?.parameterCount)
    for form in ModelForm.allCases {
      #expect(throws: Never.self) { try version.verifiedPath(of: form) }
    }
  }
}
