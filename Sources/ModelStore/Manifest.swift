public import Classification
public import Foundation
public import Networks

/// What `manifest.json` says of a model version: what it is, how it was made, how good it is.
public struct Manifest: Sendable, Hashable, Codable {
  /// The version of this format that the program writes and reads.
  public static let currentFormat = 1

  /// The name of the pictures of a user's data set that a version is judged by, in ``metrics``.
  public static let heldOutSplit = "held-out"

  /// The version of the format.
  public var format = Manifest.currentFormat
  /// The design of the network; `nil` for an imported graph of another design, which only ONNX Runtime
  /// can run.
  public var architecture: Architecture?
  /// The class names, in the order of the logits.
  public var labels: LabelSet
  /// When the version was made.
  public var created: Date
  /// How many numbers the network learned.
  public var parameters: Int
  /// Multiply-adds for one picture; `nil` for a graph of another design.
  public var multiplyAdds: Int?
  /// The settings of the training run, as the trainer wrote them; `nil` for imported weights.
  public var training: JSONValue?
  /// What it was trained on; `nil` for imported weights.
  public var dataset: Dataset?
  /// Quality on each split that was evaluated, by the split's name.
  public var metrics: [String: Metrics]
  /// How logits become confidences.
  public var calibration: Calibration
  /// Accuracy on photographs; `nil` when it was not measured.
  public var robustness: Robustness?
  /// How well the garment detector knows pictures of other things; `nil` when it was not measured.
  public var outliers: [Outliers]?
  /// Share of the test pictures that the garment detector takes for no garments, from 0 to 1; `nil`
  /// when it was not measured.
  public var falseAlarms: Double?
  /// What runs with the same settings but other seeds achieved; `nil` when there were none.
  public var seeds: [Seed]?
  /// Accuracy on the test split when the answers to a picture and to its mirror image are averaged,
  /// from 0 to 1; `nil` when it was not measured.
  public var flippedTestAccuracy: Double?
  /// How long engines take; `nil` when it was not measured.
  public var costs: [Cost]?
  /// The files, by name.
  public var files: [String: File]

  /// Creates a manifest of the current format.
  public init(
    architecture: Architecture, labels: LabelSet, created: Date, training: JSONValue? = nil,
    dataset: Dataset? = nil, metrics: [String: Metrics] = [:],
    calibration: Calibration = Calibration(), robustness: Robustness? = nil,
    outliers: [Outliers]? = nil, falseAlarms: Double? = nil, seeds: [Seed]? = nil,
    flippedTestAccuracy: Double? = nil, costs: [Cost]? = nil, files: [String: File] = [:]
  ) {
    let network = architecture.network(classCount: labels.count)
    self.architecture = architecture
    self.labels = labels
    self.created = created
    parameters = network.parameterCount
    multiplyAdds = network.multiplyAddCount
    self.training = training
    self.dataset = dataset
    self.metrics = metrics
    self.calibration = calibration
    self.robustness = robustness
    self.outliers = outliers
    self.falseAlarms = falseAlarms
    self.seeds = seeds
    self.flippedTestAccuracy = flippedTestAccuracy
    self.costs = costs
    self.files = files
  }

  /// Creates a manifest of a graph that is none of our architectures.
  ///
  /// - Parameter parameters: How many numbers the graph learned.
  public init(graphWithParameters parameters: Int, labels: LabelSet, created: Date) {
    self.labels = labels
    self.created = created
    self.parameters = parameters
    metrics = [:]
    calibration = Calibration()
    files = [:]
  }

  /// The network of the version, as data; `nil` for a graph of another design.
  public var network: Network? { architecture?.network(classCount: labels.count) }

  /// The data a version was trained on.
  public struct Dataset: Sendable, Hashable, Codable {
    /// Its name.
    public var name: String
    /// Pictures that were learned from.
    public var trainingCount: Int
    /// Pictures held out for validation.
    public var validationCount: Int
    /// SHA-256 of the training pictures and their labels before the split, in hexadecimal; of a user's
    /// data set, of its usable pictures.
    public var sha256: String
    /// How a user's data set says what its pictures show, such as `folders`; `nil` for the standard set.
    public var source: String?
    /// Whether the standard set was learned from together with a user's: `standard` or `none`.
    public var mix: String?
    /// Pictures of a user's data set held out to judge by.
    public var heldOutCount: Int?
    /// Usable pictures of a user's data set of each class, in the order of the labels.
    public var classCounts: [Int]?

    /// Creates a description of a data set.
    public init(name: String, trainingCount: Int, validationCount: Int, sha256: String) {
      self.name = name
      self.trainingCount = trainingCount
      self.validationCount = validationCount
      self.sha256 = sha256
    }
  }

  /// A file of the version.
  public struct File: Sendable, Hashable, Codable {
    /// Size in bytes.
    public var bytes: Int
    /// SHA-256 of the content, in hexadecimal.
    public var sha256: String

    /// Creates a description of a file.
    public init(bytes: Int, sha256: String) {
      self.bytes = bytes
      self.sha256 = sha256
    }
  }
}
