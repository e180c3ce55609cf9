import Classification
import OpenInference
import Pipeline
import Synchronization

/// What each version of the model answered, so that a canary can be held against the version that is
/// served.
final class VersionMetrics: Sendable {
  private struct Series: Hashable {
    let version: String
    let engine: EngineKind
  }

  private struct Counts {
    var uncertain = 0
    var noGarment = 0
    var failures = 0
    var confidence = Histogram.shares
    var inference = Histogram.seconds
    /// For the Open Inference Protocol, which asks for sums.
    var statistics = ModelStatistics(name: "", version: "")
    /// Runs of the engine; a picture of a batch has its part of one.
    var executions = 0.0

    mutating func count(_ outcome: PredictionOutcome) {
      if outcome.prediction.isUncertain { uncertain += 1 }
      if !outcome.prediction.isGarment { noGarment += 1 }
      confidence.record(Double(outcome.prediction.best.confidence))
      inference.record(outcome.inferenceTime.seconds)
      statistics.add(outcome)
      executions += 1 / Double(outcome.batchSize)
    }
  }

  private let state = Mutex<[Series: Counts]>([:])

  /// Notes an answer.
  func answered(_ outcome: PredictionOutcome, version: String, engine: EngineKind) {
    // In place: a copy would copy its histograms for every answer.
    state.withLock {
      $0[Series(version: version, engine: engine), default: Counts()].count(outcome)
    }
  }

  /// Notes that an engine failed on a picture.
  func failed(version: String, engine: EngineKind) {
    state.withLock { $0[Series(version: version, engine: engine), default: Counts()].failures += 1 }
  }

  /// What was computed with a version, on all engines, under no name.
  func statistics(ofVersion version: String) -> ModelStatistics {
    let counts = state.withLock { $0.filter { $0.key.version == version }.values.map(\.self) }
    var sum = ModelStatistics(name: "", version: version)
    for count in counts { sum.add(count.statistics) }
    sum.executionCount = Int(counts.reduce(0) { $0 + $1.executions }.rounded())
    sum.failure.count = counts.reduce(0) { $0 + $1.failures }
    return sum
  }

  /// Writes the metrics.
  func write(to text: inout PrometheusText, roles: [(version: String, role: String)]) {
    text.family("atelier_model_info", .gauge, help: "The versions that answer requests.")
    for (version, role) in roles {
      text.sample("atelier_model_info", labels: [("model_version", version), ("role", role)], 1)
    }
    let state = state.withLock { $0 }.sorted {
      ($0.key.version, $0.key.engine.rawValue) < ($1.key.version, $1.key.engine.rawValue)
    }
    let numbers: [(name: String, help: String, value: KeyPath<Counts, Int>)] = [
      ("uncertain", "Answers that were not sure, by version.", \.uncertain),
      ("no_garment", "Pictures taken for no garments, by version.", \.noGarment),
      ("failures", "Pictures an engine failed on, by version.", \.failures),
    ]
    for number in numbers {
      let name = "atelier_version_\(number.name)_total"
      text.family(name, .counter, help: number.help)
      for (series, counts) in state {
        text.sample(name, labels: Self.labels(series), Double(counts[keyPath: number.value]))
      }
    }
    let histograms: [(name: String, help: String, value: KeyPath<Counts, Histogram>)] = [
      ("confidence", "Confidence of the best class, by version.", \.confidence),
      ("inference_seconds", "Time of the engine for an answer's batch, by version.", \.inference),
    ]
    for histogram in histograms {
      let name = "atelier_version_\(histogram.name)"
      text.family(name, .histogram, help: histogram.help)
      for (series, counts) in state {
        text.sample(name, labels: Self.labels(series), counts[keyPath: histogram.value])
      }
    }
  }

  private static func labels(_ series: Series) -> [(String, String)] {
    [("model_version", series.version), ("engine", series.engine.rawValue)]
  }
}
