public import Classification
import Dataset
public import Networks

extension TrainingSettings {
  /// The settings that a design is trained with unless others are asked for.
  ///
  /// The versions that come with the program were distilled on a GPU instead; see
  /// `Recipes/distillation`.
  public static func recipe(for architecture: Architecture) -> TrainingSettings {
    switch architecture {
    case .fashionCNN:
      TrainingSettings()
    case .fashionResNet:
      TrainingSettings(
        architecture: .fashionResNet, epochs: 120, optimizer: .sgd, peakLearningRate: 0.2,
        weightDecay: 5e-4, labelSmoothing: 0.02, precision: .bfloat16,
        augmentation: Augmentation(shift: 2, erasing: 0.25))
    case .fashionLite:
      TrainingSettings(
        architecture: .fashionLite, epochs: 40, optimizer: .sgd, peakLearningRate: 0.2,
        weightDecay: 2e-4, labelSmoothing: 0.1, precision: .bfloat16,
        augmentation: Augmentation(shift: 2, erasing: 0.25))
    }
  }

  /// The settings that a version is trained on with, unless others are asked for.
  ///
  /// For the same classes: a few epochs at a tenth of the learning rate, so that what it knows is adapted
  /// rather than replaced. For others the last layer starts at random, and needs more epochs, and the whole
  /// rate where the design has no batch normalisation: where it has, it was folded into the weights,
  /// and the rate of training with it would make training without it diverge.
  public static func continuedRecipe(
    from start: StartingPoint, labels: LabelSet
  ) -> TrainingSettings {
    var settings = recipe(for: start.architecture)
    let isAdapted = labels == start.labels
    settings.epochs = isAdapted ? 5 : 20
    let network = start.architecture.network(classCount: labels.count)
    if isAdapted || network != network.withoutNormalization { settings.peakLearningRate /= 10 }
    return settings
  }
}
