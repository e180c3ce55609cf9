public import Networks
import Dataset

extension TrainingSettings {
  /// The settings that did best on the validation split, for each design.
  public static func recipe(for architecture: Architecture) -> TrainingSettings {
    switch architecture {
    case .fashionCNN:
      TrainingSettings()
    case .fashionResNet:
      TrainingSettings(
        architecture: .fashionResNet, epochs: 40, optimizer: .sgd, peakLearningRate: 0.2,
        weightDecay: 5e-4, labelSmoothing: 0.1, precision: .bfloat16,
        augmentation: Augmentation(shift: 2, erasing: 0.5))
    case .fashionLite:
      TrainingSettings(
        architecture: .fashionLite, epochs: 40, optimizer: .sgd, peakLearningRate: 0.2,
        weightDecay: 2e-4, labelSmoothing: 0.1, precision: .bfloat16,
        augmentation: Augmentation(shift: 2, erasing: 0.25))
    }
  }
}
