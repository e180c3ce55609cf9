import ArgumentParser
import Classification
import Dataset
import Foundation
import ModelStore
import Outliers
import Pipeline
import Reports
import Robustness
import Training

/// `atelier evaluate`: how good a model version's answers are.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Score a model version on labelled pictures.",
    discussion: """
      Pictures go to the engine one by one, as a service's requests do, so the latencies are those of \
      a batch of one.

        atelier evaluate
        atelier evaluate --engine quantized --json
        atelier evaluate --model fashion-lite-20261126 --split validation
        atelier evaluate --report report

      --outliers asks instead how well the model tells garments from other pictures: noise, blank \
      pictures, digits, text and landscapes, made by a seeded generator.

        atelier evaluate --outliers

      --robustness asks how much is lost when the pictures come as photographs: of other sizes, on other \
      grounds, turned, noisy, compressed, made by a seeded generator; once prepared as photographs, \
      once with the classic preprocessing.

        atelier evaluate --robustness
        atelier evaluate --robustness --split validation --limit 200 --seed 7 --json

      --mirrored asks how much two looks at each picture know better than one.

        atelier evaluate --mirrored --record
      """)

  enum SplitName: String, CaseIterable, ExpressibleByArgument {
    case training, validation, test
    case heldOut = "held-out"
  }

  @Option(help: "The engine.")
  var engine = ModelLoader.engine(preferring: .onnx)

  @Option(help: "The standard data set, or one of your own.", completion: .file())
  var dataset = FashionMNIST.standardDirectory.path

  @Option(
    help:
      "The pictures: training, validation or test; of a data set of your own, held-out for test.")
  var split = SplitName.test

  @Flag(help: "Score the garment detector instead of the classes.")
  var outliers = false

  @Flag(help: "Score photographs that are made of the pictures instead of the pictures.")
  var robustness = false

  @Option(
    help: "With --robustness: how many pictures photographs are made of; by default 1000.")
  var limit: Int?

  @Option(help: "With --robustness: the seed of the photographs; by default 1.")
  var seed: UInt64?

  @Option(
    help: "A folder to write report.md, confusion.svg, reliability.svg and report.json into.",
    completion: .directory)
  var report: String?

  @Flag(help: "Average the logits of each picture and of its mirror image.")
  var mirrored = false

  @Flag(help: "Write what was measured into the version's manifest, for the model card.")
  var record = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var model: ModelOptions

  func validate() throws {
    guard [outliers, robustness, mirrored].count(where: \.self) < 2 else {
      throw ValidationError("Choose one of --outliers, --robustness and --mirrored.")
    }
    guard report == nil || !(outliers || robustness || mirrored) else {
      throw ValidationError("--report is about the pictures as they are.")
    }
    guard robustness || (limit == nil && seed == nil) else {
      throw ValidationError("--limit and --seed go with --robustness.")
    }
    guard limit ?? 1 > 0 else { throw ValidationError("--limit must be at least 1.") }
    guard !record || split == .test else {
      throw ValidationError("--record keeps what was measured on the test split.")
    }
    guard !record || outliers || robustness || mirrored else {
      throw ValidationError("--record goes with --outliers, --robustness or --mirrored.")
    }
  }

  func run() async throws {
    if robustness {
      try await scorePhotographs()
    } else if outliers {
      try scoreDetector()
    } else {
      try scoreClasses()
    }
  }

  private func scorePhotographs() async throws {
    let version = try model.modelVersion()
    let classifier = try model.classifier(for: engine, of: version)
    let seed = seed ?? 1
    let evaluation = RobustnessEvaluation(
      limit: limit ?? 1_000, seed: seed, tasks: ProcessInfo.processInfo.activeProcessorCount)
    let robustness = Manifest.Robustness(
      try await evaluation.run(classifier, on: images()), seed: seed)
    if record {
      _ = try version.updatingManifest { $0.robustness = robustness }
    }
    let report = RobustnessReport(robustness, of: classifier, split: split.rawValue)
    if json {
      try Output.json(report)
    } else {
      print(report.table)
    }
  }

  private func scoreDetector() throws {
    let version = try model.modelVersion()
    guard let detector = try ModelLoader().detector(of: version) else {
      throw ValidationError(
        "The model version \(version.name) has no garment detector; atelier calibrate fits one.")
    }
    let evaluation = try OutlierEvaluation(
      detector, garments: images(), samplesPerKind: 1_000, seed: 1)
    if record { _ = try version.updatingManifest { $0.record(evaluation) } }
    let report = OutlierReport(evaluation, model: version.name)
    if json {
      try Output.json(report)
    } else {
      print(report.table)
    }
  }

  private func scoreClasses() throws {
    let version = try model.modelVersion()
    let classifier = try model.classifier(for: engine, of: version)
    let images = try images()
    var logits: [Logits] = []
    var latencies: [Duration] = []
    for index in 0..<images.count {
      let tensor = images.tensor(at: index)
      let start = ContinuousClock.now
      logits.append(try self.logits(of: tensor, engine: classifier.engine))
      latencies.append(ContinuousClock.now - start)
    }
    let evaluation = Evaluation(
      logits: logits, labels: images.labels, calibration: classifier.calibration,
      classCount: classifier.labels.count)
    if record {
      _ = try version.updatingManifest { $0.flippedTestAccuracy = evaluation.accuracy }
    }
    let result = EvaluationReport(
      evaluation, of: classifier, split: split.rawValue, latencies: Percentiles(latencies))
    if json {
      try Output.json(result)
    } else {
      print(result.table)
    }
    if let report {
      try result.files(for: evaluation, of: classifier)
        .write(to: URL(filePath: report, directoryHint: .isDirectory))
      Output.note("wrote the report to \(report)")
    }
  }

  private func logits(
    of tensor: ImageTensor, engine: any InferenceEngine
  ) throws -> Logits {
    let looks = try engine.logits(for: mirrored ? [tensor, tensor.mirrored] : [tensor])
    return looks.count == 2 ? looks[0].averaged(with: looks[1]) : looks[0]
  }

  private func images() throws -> LabelledImages {
    if TrainingSource.isStandard(dataset), split == .test {
      return try FashionMNIST.test(directory: URL(filePath: dataset, directoryHint: .isDirectory))
    }
    let data = try TrainingSource.read(dataset, mix: TrainingData.Mix.none)
    guard data.labels == (try model.modelVersion().manifest.labels) else {
      throw ValidationError(
        "The data set has the classes \(data.labels.names.joined(separator: ", ")), which are not those "
          + "of the model version.")
    }
    switch split {
    case .training: return data.split.training
    case .validation: return data.split.validation
    case .test where data.heldOut == nil: return data.test ?? data.split.validation
    case .test, .heldOut:
      guard let heldOut = data.heldOut else {
        throw ValidationError("Of the standard data set nothing is held out but its test split.")
      }
      return heldOut
    }
  }
}
