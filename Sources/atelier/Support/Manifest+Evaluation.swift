import ModelStore
import Outliers

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
