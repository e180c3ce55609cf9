import Outliers

/// What `atelier evaluate --outliers` prints.
struct OutlierReport: Encodable {
  let model: String
  let garments: Int
  let falseAlarms: Double
  let areaUnderROC: Double
  let kinds: [Row]

  struct Row: Encodable {
    let kind: String
    let samples: Int
    let areaUnderROC: Double
    let found: Double

    private enum CodingKeys: String, CodingKey {
      case kind, samples, found
      case areaUnderROC = "area_under_roc"
    }
  }

  init(_ evaluation: OutlierEvaluation, model: String) {
    self.model = model
    garments = evaluation.garments
    falseAlarms = evaluation.falseAlarms
    areaUnderROC = evaluation.areaUnderROC
    kinds = evaluation.kinds.map {
      Row(
        kind: $0.kind.rawValue, samples: $0.samples, areaUnderROC: $0.areaUnderROC,
        found: $0.found)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case model, garments, kinds
    case falseAlarms = "false_alarms"
    case areaUnderROC = "area_under_roc"
  }

  /// The report for people.
  var table: String {
    var table = TextTable(header: ["pictures of", "count", "area under ROC", "found"])
    for row in kinds {
      table.append([
        row.kind, String(row.samples), row.areaUnderROC.formatted(decimals: 4), row.found.percent,
      ])
    }
    table.append([
      "all of these", String(kinds.reduce(0) { $0 + $1.samples }),
      areaUnderROC.formatted(decimals: 4), "",
    ])
    return """
      model \(model): \(falseAlarms.percent) of \(garments) garments are taken for something else

      \(table.description)
      """
  }
}
