import Foundation
import Records

extension PredictionRecord {
  /// One line: time, identity, class, confidence, engine, version, file, and what is known of the
  /// truth.
  var line: String {
    let doubt = !isGarment ? " (not a garment?)" : isUncertain ? " (not sure)" : ""
    let label = trueLabel.map { "  is: \($0)" } ?? ""
    return [
      Timestamp.text(createdAt), id, predictedClass, confidence.percent + doubt, modelUsed,
      modelVersion, filename + label,
    ].joined(separator: "  ")
  }
}
