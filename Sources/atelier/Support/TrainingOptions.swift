import ArgumentParser
import Dataset
import Networks
import Training

/// The settings of a training run, as options; what is left out is the recipe of the shipped weights.
struct TrainingOptions: ParsableArguments {
  @Option(name: .customLong("architecture"), help: "The network's design.")
  var chosenArchitecture: Architecture?

  @Option(help: "How often every picture is learned from.")
  var epochs: Int?

  @Option(help: "Of everything random.")
  var seed: UInt64?

  @Option(help: "Pictures a step.")
  var batchSize: Int?

  @Option(help: "How parameters follow their gradients.")
  var optimizer: TrainingSettings.Optimizer?

  @Option(help: "The learning rate's maximum.")
  var learningRate: Double?

  @Option(help: "Decay of the parameters a step, times the learning rate.")
  var weightDecay: Double?

  @Option(help: "The share of each label that is spread over all classes.")
  var labelSmoothing: Double?

  @Option(help: "Decay a step of the moving average of the parameters; 0 keeps none.")
  var averageDecay: Double?

  @Option(help: "What products are computed in.")
  var precision: TrainingSettings.Precision?

  @Option(help: "The largest random shift of a picture, in pixels.")
  var shift: Int?

  @Option(help: "How often a random rectangle of a picture is erased, from 0 to 1.")
  var erasing: Double?

  @Option(help: "Threads that compute; results depend on their number.")
  var threads: Int?

  func validate() throws {
    do throws(TrainingError) {
      try settings.validate()
    } catch {
      throw ValidationError("\(error)")
    }
  }

  var architecture: Architecture { chosenArchitecture ?? .fashionCNN }

  /// Whether no option was given.
  var areDefaults: Bool { chosenArchitecture == nil && settings == TrainingSettings() }

  var settings: TrainingSettings {
    settings(changing: TrainingSettings.recipe(for: architecture))
  }

  /// A recipe with what the options say otherwise.
  func settings(changing recipe: TrainingSettings) -> TrainingSettings {
    TrainingSettings(
      architecture: recipe.architecture, epochs: epochs ?? recipe.epochs,
      batchSize: batchSize ?? recipe.batchSize, optimizer: optimizer ?? recipe.optimizer,
      peakLearningRate: learningRate ?? recipe.peakLearningRate,
      weightDecay: weightDecay ?? recipe.weightDecay,
      labelSmoothing: labelSmoothing ?? recipe.labelSmoothing,
      averageDecay: averageDecay ?? recipe.averageDecay,
      precision: precision ?? recipe.precision,
      augmentation: Augmentation(
        flips: recipe.augmentation.flips, shift: shift ?? recipe.augmentation.shift,
        erasing: erasing ?? recipe.augmentation.erasing),
      seed: seed ?? recipe.seed, threads: threads ?? recipe.threads)
  }
}
