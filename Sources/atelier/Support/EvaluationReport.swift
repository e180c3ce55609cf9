import Classification
import ModelStore
import Pipeline
import Reports
import Training

/// What `atelier evaluate` prints and writes.
struct EvaluationReport: Encodable {
  let engine: String
  let model: String
  let split: String
  let samples: Int
  let accuracy: Double
  let loss: Double
  let ece: Double
  let coverage: Double
  let selectiveAccuracy: Double
  let latency: Latency
  let perClass: [ClassRow]
  let confusion: [[Int]]
  let reliability: [ReliabilityBin]

  /// Milliseconds a picture.
  struct Latency: Encodable {
    let p50: Double
    let p95: Double
    let p99: Double
    let mean: Double
  }

  struct ClassRow: Encodable {
    let name: String
    let precision: Double
    let recall: Double
    let f1: Double
    let support: Int

    private enum CodingKeys: String, CodingKey {
      case name = "class"
      case precision, recall, f1, support
    }
  }

  init(
    _ evaluation: Evaluation, of classifier: Classifier, split: String, latencies: Percentiles
  ) {
    engine = classifier.engine.kind.rawValue
    model = classifier.modelVersion
    self.split = split
    samples = evaluation.samples
    accuracy = evaluation.accuracy
    loss = evaluation.loss
    ece = evaluation.ece
    coverage = evaluation.coverage
    selectiveAccuracy = evaluation.selectiveAccuracy
    let total = latencies.sorted.reduce(Duration.zero, +)
    latency = Latency(
      p50: latencies.median.milliseconds.rounded(decimals: 4),
      p95: latencies[0.95].milliseconds.rounded(decimals: 4),
      p99: latencies[0.99].milliseconds.rounded(decimals: 4),
      mean: (total.milliseconds / Double(latencies.sorted.count)).rounded(decimals: 4))
    perClass = zip(classifier.labels.names, evaluation.classes).map { name, quality in
      ClassRow(
        name: name, precision: quality.precision, recall: quality.recall, f1: quality.f1,
        support: quality.support)
    }
    confusion = evaluation.confusion
    reliability = evaluation.reliability
  }

  private enum CodingKeys: String, CodingKey {
    case engine, model, split, samples, accuracy, loss, ece, coverage, confusion, reliability
    case selectiveAccuracy = "selective_accuracy"
    case latency = "latency_ms"
    case perClass = "per_class"
  }

  /// The report for people.
  var table: String {
    var classes = TextTable(header: ["class", "precision", "recall", "F1", "pictures"])
    for row in perClass {
      classes.append([
        row.name, row.precision.percent, row.recall.percent, row.f1.percent, String(row.support),
      ])
    }
    var matrix = TextTable(header: ["true \\ answered"] + perClass.map(\.name))
    for (row, counts) in zip(perClass, confusion) {
      matrix.append([row.name] + counts.map(String.init))
    }
    return """
      model \(model), engine \(engine), \(samples) pictures of the \(split) split
      accuracy \(accuracy.percent), calibration error \(ece.percent), loss \
      \(loss.formatted(decimals: 4))
      sure of \(coverage.percent) of them, and right on \(selectiveAccuracy.percent) of these
      latency: median \(latency.p50.formatted(decimals: 3)) ms, p95 \
      \(latency.p95.formatted(decimals: 3)) ms, p99 \(latency.p99.formatted(decimals: 3)) ms

      \(classes.description)

      \(matrix.description)
      """
  }

  /// The report as a document with its pictures, and as JSON.
  func files(for evaluation: Evaluation, of classifier: Classifier) throws -> [ReportFile] {
    EvaluationDocument(
      evaluation, model: model, engine: classifier.engine.kind, split: split,
      labels: classifier.labels, calibration: classifier.calibration,
      latency: .init(
        median: latency.p50, p95: latency.p95, p99: latency.p99, mean: latency.mean)
    ).files + [ReportFile(path: "report.json", content: try Output.text(of: self) + "\n")]
  }
}
