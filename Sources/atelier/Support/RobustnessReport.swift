import Classification
import ModelStore
import Pipeline

/// What `atelier evaluate --robustness` prints.
struct RobustnessReport: Encodable {
  let engine: String
  let model: String
  let split: String
  let seed: UInt64
  let samples: Int
  let cleanAccuracy: Double
  let meanLossOnLightGrounds: Double
  let worst: String?
  let rows: [Row]

  struct Row: Encodable {
    let corruption: String
    let photo: Double
    let classic: Double
    let loss: Double
  }

  init(_ robustness: Manifest.Robustness, of classifier: Classifier, split: String) {
    engine = classifier.engine.kind.rawValue
    model = classifier.modelVersion
    self.split = split
    seed = robustness.seed
    samples = robustness.samples
    cleanAccuracy = robustness.cleanAccuracy
    let light = robustness.lightGrounds
    meanLossOnLightGrounds =
      light.reduce(0) { $0 + robustness.loss(of: $1.photoAccuracy) } / Double(max(light.count, 1))
    worst = robustness.worst?.corruption
    rows = robustness.rows.map {
      Row(
        corruption: $0.corruption, photo: $0.photoAccuracy, classic: $0.classicAccuracy,
        loss: robustness.loss(of: $0.photoAccuracy))
    }
  }

  private enum CodingKeys: String, CodingKey {
    case engine, model, split, seed, samples, worst, rows
    case cleanAccuracy = "clean_accuracy"
    case meanLossOnLightGrounds = "mean_loss_on_light_grounds"
  }

  /// The report for people.
  var table: String {
    var table = TextTable(header: ["photographs", "photo", "points lost", "classic"])
    for row in rows {
      table.append([
        row.corruption, row.photo.percent, (100 * row.loss).formatted(decimals: 1),
        row.classic.percent,
      ])
    }
    return """
      model \(model), engine \(engine), \(samples) pictures of the \(split) split, seed \(seed)
      accuracy on the pictures as they are \(cleanAccuracy.percent)

      \(table.description)

      points lost on light grounds, in the mean: \((100 * meanLossOnLightGrounds).formatted(decimals: 1))
      """
  }
}
