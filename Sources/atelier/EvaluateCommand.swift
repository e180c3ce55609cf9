import ArgumentParser
import Classification
import Dataset
import Foundation
import ModelStore
import Outliers
import Pipeline
import Reports
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
        atelier evaluate --model fashion-cnn-20261124 --split validation
        atelier evaluate --report report

      --outliers asks instead how well the model tells garments from other pictures: noise, blank \
      pictures, digits, text and landscapes, made by a seeded generator.

        atelier evaluate --outliers

      --mirrored asks how much two looks at each picture know better than one.

        atelier evaluate --mirrored --record
      """)

  enum SplitName: String, CaseIterable, ExpressibleByArgument {
    case training, validation, test
  }

  @Option(help: "The engine.")
  var engine = EngineKind.onnx

  @Option(help: "The folder of IDX files.", completion: .directory)
  var dataset = FashionMNIST.standardDirectory.path

  @Option(help: "The pictures: training, validation or test.")
  var split = SplitName.test

  @Flag(help: "Score the garment detector instead of the classes.")
  var outliers = false

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
    guard report == nil || !outliers else {
      throw ValidationError("--report is about the classes; leave --outliers out.")
    }
    guard !record || split == .test else {
      throw ValidationError("--record keeps what was measured on the test split.")
    }
    guard !record || outliers || mirrored else {
      throw ValidationError("--record goes with --outliers or --mirrored.")
    }
  }

  func run() async throws {
    try outliers ? scoreDetector() : scoreClasses()
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
    let classifier = try model.classifier(for: engine)
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
      _ = try model.modelVersion().updatingManifest {
        $0.flippedTestAccuracy = evaluation.accuracy
      }
    }
    let result = EvaluationReport(
      evaluation, of: classifier, split: split.rawValue, latencies: Percentiles(latencies))
    if let report {
      try result.files(for: evaluation, of: classifier)
        .write(to: URL(filePath: report, directoryHint: .isDirectory))
      Output.note("wrote the report to \(report)")
    }
    if json {
      try Output.json(result)
    } else {
      print(result.table)
    }
  }

  private func logits(
    of tensor: ImageTensor, engine: any InferenceEngine
  ) throws -> Logits {
    let looks = try engine.logits(for: mirrored ? [tensor, tensor.mirrored] : [tensor])
    return looks.count == 2 ? looks[0].averaged(with: looks[1]) : looks[0]
  }

  private func images() throws -> LabelledImages {
    let directory = URL(filePath: dataset, directoryHint: .isDirectory)
    switch split {
    case .test: return try FashionMNIST.test(directory: directory)
    case .training: return try Split(FashionMNIST(directory: directory).training).training
    case .validation: return try Split(FashionMNIST(directory: directory).training).validation
    }
  }
}
