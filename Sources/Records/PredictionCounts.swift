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

  /// How many changes led to the counts, additions and removals: of two states of one store, the
  /// later one has more.
  public var revision: Int

  /// Wraps counts.
  ///
  /// - Parameter revision: The changes that led to them; by default, as many as there are predictions.
  public init(_ counts: [Key: Int] = [:], revision: Int? = nil) {
    self.counts = counts
    self.revision = revision ?? counts.values.reduce(0, +)
  }

  /// All predictions.
  public var total: Int { counts.values.reduce(0, +) }

  /// Predictions by engine.
  public var byEngine: [String: Int] { summed(by: \.engine) }

  /// Predictions by class.
  public var byClass: [String: Int] { summed(by: \.predictedClass) }

  private func summed(by part: KeyPath<Key, String>) -> [String: Int] {
    Dictionary(counts.map { ($0.key[keyPath: part], $0.value) }, uniquingKeysWith: +)
  }
}
