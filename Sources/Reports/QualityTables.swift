import Classification
import ModelStore
import Training

/// The tables that a model card and a report of one evaluation share.
enum QualityTables {
  /// What is written in place of a number or a section that a manifest does not have.
  static let notMeasured = "not measured"

  /// Quality on each split, a row a split.
  static func splits(_ metrics: [String: Manifest.Metrics]) -> String {
    guard !metrics.isEmpty else { return notMeasured }
    var table = MarkdownTable([
      "Split", "Pictures", "Accuracy", "Calibration error", "Loss", "Answered",
      "Accuracy of answered",
    ])
    for (name, metrics) in metrics.sorted(by: { rank($0.key) < rank($1.key) }) {
      table.append([
        Markdown.escape(name), Figures.grouped(metrics.samples), Figures.percent(metrics.accuracy),
        Figures.percent(metrics.ece), Figures.fixed(metrics.loss, decimals: 4),
        metrics.coverage.map { Figures.percent($0) } ?? notMeasured,
        metrics.selectiveAccuracy.map { Figures.percent($0) } ?? notMeasured,
      ])
    }
    return table.markdown
  }

  /// How calibration makes confidences, and what "answered" means.
  static func explanation(_ calibration: Calibration) -> String {
    let temperature = Figures.fixed(Double(calibration.temperature), decimals: 4)
    let threshold = Figures.percent(Double(calibration.uncertaintyThreshold))
    return """
      Calibration error: the expected calibration error over \(Evaluation.binCount) bins of \
      confidence. Loss: the mean negative log likelihood, in nats. Answered: the share whose \
      confidence reaches \(threshold), below which the answer is "not sure"; confidences are those of \
      a softmax at the temperature \(temperature).
      """
  }

  /// Precision, recall and F1, a row a class.
  static func classes(_ confusion: [[Int]], labels: LabelSet) -> String {
    var table = MarkdownTable(["Class", "Pictures", "Precision", "Recall", "F1"])
    for (index, name) in labels.names.enumerated() {
      let quality = ClassQuality(class: index, in: confusion)
      table.append([
        Markdown.escape(name), Figures.grouped(quality.support), Figures.percent(quality.precision),
        Figures.percent(quality.recall), Figures.percent(quality.f1),
      ])
    }
    return table.markdown
  }

  /// The most frequent mistakes, in a sentence; empty when there are none.
  static func mistakes(_ confusion: [[Int]], labels: LabelSet) -> String {
    let mistakes = confusion.indices.flatMap { row in
      confusion.indices.filter { $0 != row && confusion[row][$0] > 0 }
        .map { (row: row, column: $0, count: confusion[row][$0]) }
    }.sorted { ($1.count, $0.row, $0.column) < ($0.count, $1.row, $1.column) }
    guard !mistakes.isEmpty else { return "" }
    let total = mistakes.reduce(0) { $0 + $1.count }
    let list = mistakes.prefix(5).map { mistake in
      "\(Markdown.escape(labels.names[mistake.row])) taken for "
        + "\(Markdown.escape(labels.names[mistake.column])) (\(Figures.grouped(mistake.count)))"
    }
    var text =
      "\(Figures.count(total, "mistake")); the most frequent: " + list.joined(separator: ", ") + "."
    let similar = [FashionClass.tShirtOrTop, .pullover, .coat, .shirt].map(\.name)
    if similar.allSatisfy(labels.names.contains) {
      let among = mistakes.filter {
        similar.contains(labels.names[$0.row]) && similar.contains(labels.names[$0.column])
      }.reduce(0) { $0 + $1.count }
      text +=
        " \(Figures.grouped(among)) of them (\(Figures.percent(Double(among) / Double(total)))) are "
        + "among \(similar.joined(separator: ", "))."
    }
    return text
  }

  /// The pictures of each bin of confidence, a row a bin that has any.
  static func reliability(_ bins: [ReliabilityBin]) -> String {
    var table = MarkdownTable(["Confidence", "Pictures", "Mean confidence", "Accuracy"])
    for (index, bin) in bins.enumerated() where bin.count > 0 {
      let bounds = [index, index + 1].map {
        Figures.percent(Double($0) / Double(bins.count), decimals: 1)
      }
      table.append([
        bounds.joined(separator: " to "), Figures.grouped(bin.count),
        Figures.percent(bin.confidence), Figures.percent(bin.accuracy),
      ])
    }
    return table.markdown
  }

  /// The splits of a data set, in the order of their use.
  static let splitNames = ["training", "validation", "test"]

  /// The place of a split among others: as they are used, then by name.
  static func rank(_ split: String) -> (Int, String) {
    (splitNames.firstIndex(of: split) ?? splitNames.count, split)
  }
}
