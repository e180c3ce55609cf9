import Classification
import Dataset
import Foundation
import Imaging
import ModelStore
import Pipeline
import Testing

@Suite struct PipelineTests {
  @Test(arguments: ModelLoader.supportedEngines)
  func everyEngineClassifiesPicturesFromBytes(kind: EngineKind) throws {
    let classifier = try ModelLoader().classifier(kind, of: ShippedModel.version.get())
    let boot = try ShippedModel.test.get().tensor(at: 0)
    let prepared = try classifier.prepare(boot.pngData())
    #expect(prepared.tensor == boot)
    let prediction = try classifier.classify([prepared.tensor])[0]
    #expect(prediction.best.name == "Ankle boot")
    #expect(try classifier.classify([]) == [])
  }

  @Test func aDamagedFormOnlyCostsItsEngine() throws {
    let shipped = try ShippedModel.version.get()
    let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: shipped.directory, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    let script = copy.appending(path: "model.pt")
    try Data(contentsOf: script).dropLast().write(to: script)
    let model = ModelLoader().load(try ModelVersion(directory: copy))
    #expect(model.availableEngines == [.pytorch, .onnx, .quantized, .native])
    let error = #expect(throws: InferenceError.self) { try model.classifier(for: .torchscript) }
    #expect(error?.description.contains("model.pt") == true)
    #expect(error?.description.contains(copy.path) == false)
  }

  @Test func theNativeEngineRunsVersionsThatWereExportedBeforeIt() throws {
    let shipped = try ShippedModel.version.get()
    let copy = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.copyItem(at: shipped.directory, to: copy)
    defer { try? FileManager.default.removeItem(at: copy) }
    try FileManager.default.removeItem(at: copy.appending(path: "model.atelier"))
    let version = try ModelVersion.finish(directory: copy, manifest: shipped.manifest)
    #expect(!version.has(.native))
    let pictures = try (0..<5).map { try ShippedModel.test.get().tensor(at: $0) }
    let before = try ModelLoader().engine(.native, of: version).logits(for: pictures)
    #expect(before == (try ModelLoader().engine(.native, of: shipped).logits(for: pictures)))
  }

  @Test func theBenchmarkRunsEveryEngineEquallyOften() throws {
    let loader = ModelLoader()
    let version = try ShippedModel.version.get()
    let classifiers = try ModelLoader.supportedEngines.map {
      try loader.classifier($0, of: version)
    }
    let pictures = try (0..<3).map { try ShippedModel.test.get().tensor(at: $0) }
    let measurements = try EngineBenchmark(iterations: 4, warmUpIterations: 1)
      .run(classifiers, on: pictures)
    #expect(measurements.map(\.engine) == ModelLoader.supportedEngines)
    for measurement in measurements {
      #expect(measurement.latencies.sorted.count == 4)
      #expect(measurement.batchSize == 3)
      #expect(measurement.predictions.count == 3)
      #expect(measurement.imagesPerSecond > 0)
    }
    // Without any time left, every engine still has its one run.
    let hurried = try EngineBenchmark(iterations: 4, timeBudget: .zero)
      .run(classifiers, on: pictures)
    #expect(hurried.allSatisfy { $0.latencies.sorted.count == 1 })
  }

  @Test func percentilesAreByNearestRank() {
    let percentiles = Percentiles((1...100).reversed().map { .milliseconds($0) })
    #expect(percentiles.median == .microseconds(50_500))
    #expect(percentiles[0.95] == .milliseconds(95))
    #expect(percentiles[0.99] == .milliseconds(99))
    #expect(percentiles[0] == .milliseconds(1))
    #expect(percentiles[1] == .milliseconds(100))
    #expect(Percentiles([.seconds(1)])[0.5] == .seconds(1))
  }
}
