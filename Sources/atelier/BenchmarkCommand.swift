import ArgumentParser
import Classification
import Dataset
import Foundation
import Imaging
import ModelStore
import Pipeline

/// `atelier benchmark`: compares the engines.
struct BenchmarkCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark",
    abstract: "Compare the engines: latency, throughput, size and memory.",
    discussion: """
      The engines take turns on the same batch, after a warm-up. Without a picture, pictures of the \
      test set are used. Loading is the time until the engine's first answer, from a file the system \
      has in its cache if it was read before. Memory is what loading added to the program's resident \
      size.

        atelier benchmark
        atelier benchmark boot.png --engines onnx,torchscript --iterations 500
        atelier benchmark --batch 64 --json
        atelier benchmark --iterations 2000 --record
      """)

  @Argument(help: "A picture.", completion: .file())
  var image: String?

  @Option(help: "The engines, separated by commas, or \"all\".")
  var engines = "all"

  @Option(help: "Timed runs of each engine.")
  var iterations = 200

  @Option(help: "Pictures a run.")
  var batch = 1

  @Flag(help: "Write the medians into the version's manifest, for the model card.")
  var record = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var model: ModelOptions

  func validate() throws {
    guard (1...1_000_000).contains(iterations) else {
      throw ValidationError("--iterations must be from 1 to 1000000.")
    }
    guard (1...10_000).contains(batch) else {
      throw ValidationError("--batch must be from 1 to 10000.")
    }
    _ = try kinds()
  }

  func run() async throws {
    let version = try model.modelVersion()
    let loader = model.loader
    var classifiers: [Classifier] = []
    var loading: [EngineLoading] = []
    let tensors = try tensors()
    for kind in try kinds() {
      let (start, memory) = (ContinuousClock.now, ResidentMemory.current)
      let classifier = try loader.classifier(kind, of: version)
      _ = try classifier.engine.logits(for: Array(tensors.prefix(1)))
      loading.append(
        EngineLoading(
          duration: ContinuousClock.now - start,
          memoryBytes: max(ResidentMemory.current - memory, 0)))
      classifiers.append(classifier)
    }
    let benchmark = EngineBenchmark(
      iterations: iterations, warmUpIterations: 20, timeBudget: .seconds(600))
    let measurements = try benchmark.run(classifiers, on: tensors)
    if record { try record(measurements, of: version) }
    let slowest = measurements.map(\.latencies.median.milliseconds).max() ?? 0
    let rows = zip(measurements, loading).map { measurement, loading in
      let form = ModelForm(engine: measurement.engine)
      return BenchmarkRow(
        measurement, slowestMedian: slowest,
        modelBytes: version.manifest.files[form.fileName]?.bytes ?? 0, loading: loading)
    }
    if json {
      try Output.json(BenchmarkReport(version: version.name, batch: batch, engines: rows))
    } else {
      print(table(rows, version: version.name))
    }
  }

  private func record(_ measurements: [EngineMeasurement], of version: ModelVersion) throws {
    let processor = Processor.name
    _ = try version.updatingManifest { manifest in
      manifest.record(
        measurements.map {
          Manifest.Cost(
            engine: $0.engine.rawValue, batchSize: $0.batchSize, threads: model.threads,
            medianMilliseconds: $0.latencies.median.milliseconds.rounded(decimals: 4),
            processor: processor)
        })
    }
  }

  private func kinds() throws -> [EngineKind] {
    if engines == "all" { return ModelLoader.supportedEngines }
    let names = engines.split(separator: ",")
    guard !names.isEmpty else {
      throw ValidationError("Name at least one engine, or \"all\".")
    }
    return try names.map { name in
      guard let kind = EngineKind(argument: String(name)) else {
        throw ValidationError(
          "There is no engine \"\(name)\"; there are \(EngineKind.allValueStrings.formatted()).")
      }
      return kind
    }
  }

  private func tensors() throws -> [ImageTensor] {
    if let image {
      let bytes = try PictureFile.read(image)
      let tensor = try ModelLoader().preprocessor.prepare(bytes).tensor
      return Array(repeating: tensor, count: batch)
    }
    let test = try FashionMNIST.test()
    return (0..<batch).map { test.tensor(at: $0 % test.count) }
  }

  private func table(_ rows: [BenchmarkRow], version: String) -> String {
    var table = TextTable(header: [
      "engine", "median ms", "p95 ms", "p99 ms", "images/s", "speed-up", "load ms", "model KiB",
      "memory MiB",
    ])
    for row in rows {
      table.append([
        row.model, row.medianMilliseconds.formatted(decimals: 3),
        row.p95Milliseconds.formatted(decimals: 3), row.p99Milliseconds.formatted(decimals: 3),
        row.imagesPerSecond.formatted(decimals: 0), row.speedup,
        row.loadMilliseconds.formatted(decimals: 1),
        (Double(row.modelBytes) / 1_024).formatted(decimals: 0),
        (Double(row.memoryBytes) / 1_048_576).formatted(decimals: 1),
      ])
    }
    return "model \(version), batch \(batch), \(model.threads) thread(s) an engine, "
      + "\(rows.first?.iterations ?? 0) iterations\n" + table.description
  }
}
