/// How many predictions there are, by engine and by class.
public struct PredictionCounts: Sendable, Hashable {
  /// One count: the predictions of an engine that found a class.
  public struct Key: Sendable, Hashable {
    /// The engine, by its display name.
    public let engine: String
    /// The class.
    public let predictedClass: String

    /// Names a count.
    public init(engine: String, predictedClass: String) {
      self.engine = engine
      self.predictedClass = predictedClass
    }
  }

  /// The counts; pairs that never occurred are absent.
  public private(set) var counts: [Key: Int]

  /// Wraps counts.
  public init(_ counts: [Key: Int] = [:]) {
    self.counts = counts
  }

  /// All predictions.
  public var total: Int { counts.values.reduce(0, +) }

  /// Predictions by engine.
  public var byEngine: [String: Int] { summed(by: \.engine) }

  /// Predictions by class.
  public var byClass: [String: Int] { summed(by: \.predictedClass) }

  /// Counts predictions of one engine that found one class.
  public mutating func add(_ count: Int = 1, to key: Key) {
    counts[key, default: 0] += count
  }

  private func summed(by part: KeyPath<Key, String>) -> [String: Int] {
    Dictionary(counts.map { ($0.key[keyPath: part], $0.value) }, uniquingKeysWith: +)
  }
}
