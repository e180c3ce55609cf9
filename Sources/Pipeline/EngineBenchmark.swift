public import Classification

/// Compares the latency of engines on the same pictures.
///
/// Engines take turns, so that a change of the machine's speed meets all of them alike, after each
/// was warmed up.
public struct EngineBenchmark: Sendable {
  /// Timed runs of each engine.
  public var iterations: Int
  /// Runs of each engine before the timed ones.
  public var warmUpIterations: Int
  /// When to stop before all iterations are done. Every engine has run at least once by then.
  public var timeBudget: Duration

  /// Creates a benchmark.
  public init(
    iterations: Int = 50, warmUpIterations: Int = 5, timeBudget: Duration = .seconds(10)
  ) {
    self.iterations = max(iterations, 1)
    self.warmUpIterations = warmUpIterations
    self.timeBudget = timeBudget
  }

  /// Runs every classifier's engine on the same batch and times the way from tensors to logits.
  ///
  /// - Returns: A measurement for each classifier, in the same order.
  /// - Throws: `InferenceError` when an engine fails, or `CancellationError`.
  public func run(
    _ classifiers: [Classifier], on images: [ImageTensor]
  ) throws -> [EngineMeasurement] {
    let clock = ContinuousClock()
    let deadline = clock.now + timeBudget
    var samples = [[Duration]](repeating: [], count: classifiers.count)
    var logits = [[Logits]](repeating: [], count: classifiers.count)
    for classifier in classifiers {
      for _ in 0..<warmUpIterations where clock.now < deadline {
        _ = try classifier.engine.logits(for: images)
      }
    }
    for iteration in 0..<iterations where iteration == 0 || clock.now < deadline {
      try Task.checkCancellation()
      for index in classifiers.indices {
        let start = clock.now
        logits[index] = try classifiers[index].engine.logits(for: images)
        samples[index].append(clock.now - start)
      }
    }
    return try classifiers.indices.map { index in
      EngineMeasurement(
        engine: classifiers[index].engine.kind, batchSize: images.count,
        latencies: Percentiles(samples[index]),
        predictions: try classifiers[index].predictions(for: images, logits: logits[index]))
    }
  }
}
