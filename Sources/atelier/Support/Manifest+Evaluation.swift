import ModelStore
import Outliers
import Robustness

extension Manifest.Robustness {
  /// What a manifest says of an evaluation on photographs.
  init(_ scores: RobustnessScores, seed: UInt64) {
    self.init(
      samples: scores.pictures, seed: seed, cleanAccuracy: scores.clean,
      rows: scores.rows.map {
        .init(
          corruption: $0.corruption.rawValue, isOnLightGround: $0.corruption.isOnLightGround,
          photoAccuracy: $0.photo, classicAccuracy: $0.classic)
      })
  }
}

extension Manifest {
  /// Takes over what was measured of the garment detector.
  mutating func record(_ evaluation: OutlierEvaluation) {
    falseAlarms = evaluation.falseAlarms
    outliers = evaluation.kinds.map {
      .init(
        name: $0.kind.rawValue, samples: $0.samples, areaUnderROC: $0.areaUnderROC,
        flagged: $0.found)
    }
  }
}
