import Classification
import Pipeline
import Robustness

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

  init(_ scores: RobustnessScores, of classifier: Classifier, split: String, seed: UInt64) {
    engine = classifier.engine.kind.rawValue
    model = classifier.modelVersion
    self.split = split
    self.seed = seed
    samples = scores.pictures
    cleanAccuracy = scores.clean
    meanLossOnLightGrounds = scores.meanLightLoss
    worst = scores.worst?.corruption.rawValue
    rows = scores.rows.map {
      Row(
        corruption: $0.corruption.rawValue, photo: $0.photo, classic: $0.classic,
        loss: scores.loss(of: $0))
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
