import ArgumentParser
import Dataset
import Networks
import Training

/// The settings of a training run, as options; what is left out is as in the recipe of the design.
struct TrainingOptions: ParsableArguments {
  @Option(
    name: .customLong("architecture"),
    help: "The network's design; by default fashion-cnn, or that of the version to start from.")
  var chosenArchitecture: Architecture?

  @Option(
    help: """
      How often every picture is learned from; by default \(defaults(\.epochs)); of a version to start from \
      5, or 20 when the classes are others.
      """)
  var epochs: Int?

  @Option(help: "The seed of everything random; by default 1.")
  var seed: UInt64?

  @Option(help: "Pictures a step; by default \(defaults(\.batchSize)).")
  var batchSize: Int?

  @Option(
    help: "How parameters follow their gradients; by default \(defaults(\.optimizer.rawValue)).")
  var optimizer: TrainingSettings.Optimizer?

  @Option(
    help: """
      The learning rate's maximum; by default \(defaults(\.peakLearningRate)); of a version to start from, \
      mostly a tenth.
      """)
  var learningRate: Double?

  @Option(
    help: """
      Decay of the parameters a step, times the learning rate; by default \(defaults(\.weightDecay)).
      """)
  var weightDecay: Double?

  @Option(
    help: """
      The share of each label that is spread over all classes; by default \(defaults(\.labelSmoothing)).
      """)
  var labelSmoothing: Double?

  @Option(
    help: """
      Decay a step of the moving average of the parameters; 0 keeps none; by default \
      \(defaults(\.averageDecay)).
      """)
  var averageDecay: Double?

  @Option(help: "What products are computed in; by default \(defaults(\.precision.rawValue)).")
  var precision: TrainingSettings.Precision?

  @Option(
    help: """
      The largest random shift of a picture, in pixels; by default \(defaults(\.augmentation.shift)).
      """)
  var shift: Int?

  @Option(
    help: """
      How often a random rectangle of a picture is erased, from 0 to 1; by default \
      \(defaults(\.augmentation.erasing)).
      """)
  var erasing: Double?

  @Option(help: "Threads that compute; by default 2. Results depend on their number.")
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

/// What the recipes of the designs say of a setting, for the help.
private func defaults<Value: Hashable>(_ setting: KeyPath<TrainingSettings, Value>) -> String {
  let values = Architecture.allCases.map { TrainingSettings.recipe(for: $0)[keyPath: setting] }
  guard Set(values).count > 1 else { return "\(values[0])" }
  return zip(values, Architecture.allCases).map { "\($0) for \($1.rawValue)" }
    .joined(separator: ", ")
}
