import ModelStore

/// What training and calibration say of the version they wrote.
struct MetricsReport {
  private let metrics: [String: Manifest.Metrics]

  init(_ manifest: Manifest) {
    metrics = manifest.metrics
  }

  /// A line a split.
  var text: String {
    metrics.sorted { $0.key > $1.key }
      .map { name, metrics in
        var line = "\(name): accuracy \(metrics.accuracy.percent), "
        line += "calibration error \(metrics.ece.percent)"
        if let coverage = metrics.coverage, let accuracy = metrics.selectiveAccuracy {
          line += "; sure of \(coverage.percent), and right on \(accuracy.percent) of these"
        }
        return line
      }
      .joined(separator: "\n")
  }
}
