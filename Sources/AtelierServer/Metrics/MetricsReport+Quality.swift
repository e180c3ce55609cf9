import Monitoring

extension MetricsReport {
  /// What the predictions of a summary are worth, by engine and model version.
  static func quality(_ summary: MonitoringSummary, _ text: inout PrometheusText) {
    let groups = summary.sources.inOrder
    for (name, help, value) in families {
      text.family(name, .gauge, help: help)
      for (source, group) in groups {
        guard let value = value(group.predictions) else { continue }
        let labels = [("engine", source.engine), ("model_version", source.modelVersion)]
        text.sample(name, labels: labels, value)
      }
    }
    drift(summary.all.drift, &text)
  }

  private typealias Family = (
    name: String, help: String, value: @Sendable (PredictionSummary) -> Double?
  )

  private static let families: [Family] = [
    ("atelier_recent_predictions", "Predictions of the last 24 hours.", { Double($0.count) }),
    (
      "atelier_uncertain_ratio", "Share of them that was not sure.",
      { $0.share($0.uncertain) }
    ),
    (
      "atelier_not_garment_ratio", "Share of them whose picture showed no garment.",
      { $0.share($0.notGarments) }
    ),
    ("atelier_labelled_predictions", "Those with a true label.", { Double($0.labelled) }),
    ("atelier_live_accuracy_ratio", "Share of the labelled that was right.", { $0.accuracy }),
    (
      "atelier_live_accuracy_lower_ratio", "Lower bound of its 95 % interval.",
      { $0.accuracyInterval?.lower }
    ),
    (
      "atelier_live_accuracy_upper_ratio", "Upper bound of its 95 % interval.",
      { $0.accuracyInterval?.upper }
    ),
  ]

  /// Nothing while there are too few pictures, as Prometheus has it for what is not known.
  private static func drift(_ drift: MonitoringSummary.Drift?, _ text: inout PrometheusText) {
    text.family(
      "atelier_drift_psi", .gauge,
      help: "Population stability index of the last 24 hours against the validation split.")
    guard let drift else { return }
    for (distribution, index) in [("class", drift.classes), ("confidence", drift.confidences)] {
      guard let value = index?.value else { continue }
      text.sample(
        "atelier_drift_psi",
        labels: [("model_version", drift.modelVersion), ("distribution", distribution)], value)
    }
  }
}
