import Classification
import Foundation
import Monitoring
import Records

/// How the service did in a window: its traffic as this process saw it, its predictions as the database
/// has them.
struct MonitoringSummary: Sendable {
  /// How far what came lies from the validation split of a model version.
  struct Drift: Sendable, Hashable {
    let modelVersion: String
    /// Pictures that were compared.
    let count: Int
    let classes: PopulationStabilityIndex
    /// `nil` when the manifest does not tell how confident the version was.
    let confidences: PopulationStabilityIndex?
  }

  /// Predictions that have something in common.
  struct Group: Sendable {
    let predictions: PredictionSummary
    /// `nil` when nothing is known of the version's validation split.
    let drift: Drift?
  }

  let query: SummaryQuery
  /// The version that answers those who ask for none.
  let servedVersion: String
  /// The classes of that version, in the order of its logits.
  let classes: [String]
  let traffic: TrafficReport
  /// When the counting of predictions starts.
  let start: Date
  let all: Group
  /// Drift compares the served version's predictions alone.
  let sources: [TrafficLog.Source: Group]

  init(
    _ query: SummaryQuery, servedVersion: String, classes: [String], traffic: TrafficReport,
    tallies: PredictionTallies, reference: (String) -> ReferenceDistribution?
  ) {
    self.query = query
    self.servedVersion = servedVersion
    self.classes = classes
    self.traffic = traffic
    start = tallies.start
    let matching = tallies.tallies.filter {
      query.engine ?? $0.engine == $0.engine
        && query.modelVersion ?? $0.modelVersion == $0.modelVersion
    }
    let version = query.modelVersion ?? servedVersion
    all = Group(
      predictions: PredictionSummary(matching),
      drift: Self.drift(
        of: PredictionSummary(matching.filter { $0.modelVersion == version }), version, reference))
    sources = Dictionary(grouping: matching) {
      TrafficLog.Source(engine: $0.engine, modelVersion: $0.modelVersion)
    }.reduce(into: [:]) { groups, source in
      let summary = PredictionSummary(source.value)
      groups[source.key] = Group(
        predictions: summary, drift: Self.drift(of: summary, source.key.modelVersion, reference))
    }
  }

  private static func drift(
    of summary: PredictionSummary, _ version: String,
    _ reference: (String) -> ReferenceDistribution?
  ) -> Drift? {
    reference(version).map {
      Drift(
        modelVersion: version, count: summary.count,
        classes: $0.classStability(of: summary.classes),
        confidences: $0.confidenceStability(of: summary.confidences))
    }
  }
}

extension Dictionary where Key == TrafficLog.Source {
  /// The entries by engine and version, as they are written.
  var inOrder: [(key: Key, value: Value)] {
    sorted { ($0.key.engine, $0.key.modelVersion) < ($1.key.engine, $1.key.modelVersion) }
  }
}
