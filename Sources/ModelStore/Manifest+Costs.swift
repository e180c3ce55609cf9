extension Manifest {
  /// How long an engine takes to answer with the version.
  public struct Cost: Sendable, Hashable, Codable {
    /// The engine, as ``EngineKind`` spells it.
    public var engine: String
    /// Pictures a run.
    public var batchSize: Int
    /// Threads that the engine computed with.
    public var threads: Int
    /// The median time of a run, in milliseconds.
    public var medianMilliseconds: Double
    /// The processor it was measured on.
    public var processor: String

    /// Creates a row.
    public init(
      engine: String, batchSize: Int, threads: Int, medianMilliseconds: Double, processor: String
    ) {
      self.engine = engine
      self.batchSize = batchSize
      self.threads = threads
      self.medianMilliseconds = medianMilliseconds
      self.processor = processor
    }

    /// Pictures a second, at the median time.
    public var picturesPerSecond: Double { Double(batchSize) / medianMilliseconds * 1_000 }
  }

  /// Keeps what was measured, in place of what was measured of the same engine and batch before.
  public mutating func record(_ measured: [Cost]) {
    let kept = (costs ?? []).filter { old in
      !measured.contains { ($0.engine, $0.batchSize) == (old.engine, old.batchSize) }
    }
    costs = (kept + measured).sorted { ($0.batchSize, $0.engine) < ($1.batchSize, $1.engine) }
  }
}
