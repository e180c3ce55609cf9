public import Classification
import ModelStore
public import Training

/// The report of one evaluation: a Markdown document with its two pictures.
public struct EvaluationDocument: Sendable {
  /// How long a picture takes, in milliseconds.
  public struct Latency: Sendable, Hashable {
    /// The middle one.
    public var median: Double
    /// What 95 of 100 do not exceed.
    public var p95: Double
    /// What 99 of 100 do not exceed.
    public var p99: Double
    /// The mean.
    public var mean: Double

    /// Creates a latency.
    public init(median: Double, p95: Double, p99: Double, mean: Double) {
      self.median = median
      self.p95 = p95
      self.p99 = p99
      self.mean = mean
    }
  }

  private let model: String
  private let engine: EngineKind
  private let split: String
  private let evaluation: Evaluation
  private let labels: LabelSet
  private let calibration: Calibration
  private let latency: Latency

  /// Describes an evaluation.
  ///
  /// - Parameters:
  ///   - evaluation: The result.
  ///   - model: The model version.
  ///   - engine: What computed the logits.
  ///   - split: The pictures.
  ///   - labels: The class names, as many as `evaluation` has classes.
  ///   - calibration: How logits became confidences.
  ///   - latency: How long a picture took.
  public init(
    _ evaluation: Evaluation, model: String, engine: EngineKind, split: String, labels: LabelSet,
    calibration: Calibration, latency: Latency
  ) {
    self.evaluation = evaluation
    self.model = model
    self.engine = engine
    self.split = split
    self.labels = labels
    self.calibration = calibration
    self.latency = latency
  }

  /// `report.md`, `confusion.svg` and `reliability.svg`.
  public var files: [ReportFile] {
    [
      ReportFile(path: "report.md", content: markdown),
      ReportFile(
        path: "confusion.svg",
        content: ConfusionMatrixPlot(
          confusion: evaluation.confusion, labels: labels, subject: subject
        ).svg),
      ReportFile(
        path: "reliability.svg",
        content: ReliabilityDiagram(bins: evaluation.reliability, subject: subject).svg),
    ]
  }

  private var subject: String { "\(model) (\(engine.displayName)), \(split) split" }

  private var markdown: String {
    """
    # Evaluation of \(Markdown.escape(model))

    The engine \(engine.displayName) on \(Figures.count(evaluation.samples, "picture")) of the \
    \(split) split, as `atelier evaluate` measured it.

    \(QualityTables.splits([split: Manifest.Metrics(evaluation)]))

    \(QualityTables.explanation(calibration))

    ## Latency

    \(latencies)

    Milliseconds for a batch of one picture, from the 28x28 picture to the logits.

    ## Classes

    \(QualityTables.classes(evaluation.confusion, labels: labels))

    \(QualityTables.mistakes(evaluation.confusion, labels: labels))

    \(Markdown.picture("Confusion matrix", path: "confusion.svg"))

    ## Reliability

    \(QualityTables.reliability(evaluation.reliability))

    \(Markdown.picture("Reliability diagram", path: "reliability.svg"))

    """
  }

  private var latencies: String {
    var table = MarkdownTable(
      ["Median", "95th percentile", "99th percentile", "Mean"], textColumns: 0)
    table.append(
      [latency.median, latency.p95, latency.p99, latency.mean].map {
        Figures.fixed($0, decimals: 3)
      })
    return table.markdown
  }
}
