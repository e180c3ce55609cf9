import Classification
import Pipeline

/// What `atelier benchmark --json` prints.
struct BenchmarkReport: Encodable {
  let version: String
  let batch: Int
  let engines: [BenchmarkRow]

  private enum CodingKeys: String, CodingKey {
    case version = "model_version"
    case batch, engines
  }
}

/// What it took to load an engine and to have its first answer.
struct EngineLoading {
  let duration: Duration
  /// What it added to the program's resident size.
  let memoryBytes: Int
}

/// One engine's line in the benchmark.
struct BenchmarkRow: Encodable {
  let engine: String
  let model: String
  let iterations: Int
  let medianMilliseconds: Double
  let p95Milliseconds: Double
  let p99Milliseconds: Double
  let imagesPerSecond: Double
  let speedup: String
  let loadMilliseconds: Double
  let modelBytes: Int
  let memoryBytes: Int

  init(
    _ measurement: EngineMeasurement, slowestMedian: Double, modelBytes: Int,
    loading: EngineLoading
  ) {
    let median = measurement.latencies.median.milliseconds
    engine = measurement.engine.rawValue
    model = measurement.engine.displayName
    iterations = measurement.latencies.sorted.count
    medianMilliseconds = median.rounded(decimals: 4)
    p95Milliseconds = measurement.latencies[0.95].milliseconds.rounded(decimals: 4)
    p99Milliseconds = measurement.latencies[0.99].milliseconds.rounded(decimals: 4)
    imagesPerSecond = measurement.imagesPerSecond.rounded(decimals: 1)
    speedup = (slowestMedian / median).formatted(decimals: 2) + "x"
    loadMilliseconds = loading.duration.milliseconds.rounded(decimals: 2)
    self.modelBytes = modelBytes
    memoryBytes = loading.memoryBytes
  }

  private enum CodingKeys: String, CodingKey {
    case engine, model, iterations
    case medianMilliseconds = "median_ms"
    case p95Milliseconds = "p95_ms"
    case p99Milliseconds = "p99_ms"
    case imagesPerSecond = "images_per_second"
    case speedup = "speed_up"
    case loadMilliseconds = "load_ms"
    case modelBytes = "model_bytes"
    case memoryBytes = "memory_bytes"
  }
}
