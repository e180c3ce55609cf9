import Classification
import ModelStore

extension VersionCard {
  var quality: String {
    """
    \(QualityTables.splits(manifest.metrics))

    \(QualityTables.explanation(manifest.calibration))

    \(seeds)

    \(flippedTest)
    """
  }

  private var seeds: String {
    guard let seeds = manifest.seeds, !seeds.isEmpty else {
      return "Other seeds: \(QualityTables.notMeasured)."
    }
    let validation = Spread(seeds.map(\.validationAccuracy))
    let test = Spread(seeds.map(\.testAccuracy))
    var table = MarkdownTable(["Seed", "Validation accuracy", "Test accuracy"])
    for run in seeds {
      table.append([
        String(run.seed), Figures.percent(run.validationAccuracy),
        Figures.percent(run.testAccuracy),
      ])
    }
    table.append(["mean", Figures.percent(validation.mean), Figures.percent(test.mean)])
    if let ofValidation = validation.standardDeviation, let ofTest = test.standardDeviation {
      table.append([
        "standard deviation", Figures.percent(ofValidation), Figures.percent(ofTest),
      ])
    }
    return "\(Figures.count(seeds.count, "run")) with the same recipe:\n\n\(table.markdown)"
  }

  private var flippedTest: String {
    let accuracy = manifest.flippedTestAccuracy.map { Figures.percent($0) }
    return """
      Test accuracy with the answers to a picture and to its mirror image averaged, which no engine \
      and no other number here does: \(accuracy ?? QualityTables.notMeasured).
      """
  }

  var classes: String {
    guard let (split, confusion) = shown(\.confusion) else {
      return "Precision, recall, F1 and confusion matrix: \(QualityTables.notMeasured)."
    }
    return [
      "On the \(Markdown.escape(split)) split:",
      QualityTables.classes(confusion, labels: manifest.labels),
      QualityTables.mistakes(confusion, labels: manifest.labels),
      Markdown.picture("Confusion matrix of \(name)", path: path("confusion")),
    ].filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  var reliability: String {
    guard let (split, _) = shown(\.reliability) else {
      return "Accuracy by confidence: \(QualityTables.notMeasured)."
    }
    return "On the \(Markdown.escape(split)) split:\n\n"
      + Markdown.picture("Reliability diagram of \(name)", path: path("reliability"))
  }

  var robustness: String {
    guard let robustness = manifest.robustness else {
      return "Accuracy on photographs: \(QualityTables.notMeasured)."
    }
    return RobustnessTable(robustness).markdown
  }

  var outliers: String {
    let falseAlarms = manifest.falseAlarms.map { Figures.percent($0) }
    let alarms =
      "Test pictures taken for no garments: \(falseAlarms ?? QualityTables.notMeasured)."
    guard let outliers = manifest.outliers, !outliers.isEmpty else {
      return "Pictures of other things: \(QualityTables.notMeasured).\n\n\(alarms)"
    }
    var table = MarkdownTable(["Pictures of", "Pictures", "Area under ROC", "Flagged"])
    for row in outliers {
      table.append([
        Markdown.escape(row.name), Figures.grouped(row.samples),
        Figures.fixed(row.areaUnderROC, decimals: 4), Figures.percent(row.flagged),
      ])
    }
    return "\(table.markdown)\n\n\(alarms)"
  }
}
