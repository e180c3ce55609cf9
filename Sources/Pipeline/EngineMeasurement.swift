public import Classification

/// What a benchmark measured of one engine.
public struct EngineMeasurement: Sendable {
  /// The engine.
  public let engine: EngineKind
  /// Pictures a run.
  public let batchSize: Int
  /// How long a run took.
  public let latencies: Percentiles
  /// What the engine says of the pictures.
  public let predictions: [Prediction]

  /// Pictures a second, at the median latency.
  public var imagesPerSecond: Double {
    Double(batchSize) / latencies.median.seconds
  }
}
