import ModelStore

/// Accuracy on photographs, a row a kind, with the mean and the worst.
struct RobustnessTable {
  private let robustness: Manifest.Robustness

  init(_ robustness: Manifest.Robustness) {
    self.robustness = robustness
  }

  /// What was measured, the table, and what follows from it.
  var markdown: String {
    """
    \(Figures.count(robustness.samples, "test picture")) made into photographs of each kind with the \
    seed \(robustness.seed). As they are in the data set, \
    \(Figures.percent(robustness.cleanAccuracy)) of these pictures are answered rightly. The loss is \
    what `photo` loses against that, in percentage points.

    \(table)

    \(summary)
    """
  }

  private var table: String {
    var table = MarkdownTable(
      ["Photographs", "Light ground", "`photo`", "Loss of `photo`", "`classic`"], textColumns: 2)
    for row in robustness.rows {
      table.append([
        Markdown.escape(row.corruption), row.isOnLightGround ? "yes" : "no",
        Figures.percent(row.photoAccuracy), loss(row.photoAccuracy),
        Figures.percent(row.classicAccuracy),
      ])
    }
    return table.markdown
  }

  private func loss(_ accuracy: Double) -> String {
    Figures.fixed(robustness.loss(of: accuracy) * 100, decimals: 2)
  }

  private var summary: String {
    let light = robustness.lightGrounds
    var lines: [String] = []
    if !light.isEmpty {
      let photo = Spread(light.map(\.photoAccuracy)).mean
      let classic = Spread(light.map(\.classicAccuracy)).mean
      lines.append(
        "Mean over the light grounds: \(Figures.percent(photo)) with `photo`, a loss of "
          + "\(loss(photo)) points; \(Figures.percent(classic)) with `classic`.")
    }
    if let worst = robustness.worst {
      lines.append(
        "Worst with `photo`: \(Markdown.escape(worst.corruption)), "
          + "\(Figures.percent(worst.photoAccuracy)), a loss of \(loss(worst.photoAccuracy)) points."
      )
    }
    return lines.joined(separator: " ")
  }
}
