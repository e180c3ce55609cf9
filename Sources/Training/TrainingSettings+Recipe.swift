import Dataset
public import Networks

extension TrainingSettings {
  /// The settings that a design is trained with unless others are asked for.
  ///
  /// Those of ``Architecture/fashionCNN`` did best on the validation split; those of the residual
  /// networks are where to start from, and were not compared with others.
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
