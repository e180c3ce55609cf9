public import Dataset
public import Networks

/// Everything that a training run's outcome follows from, besides its data.
public struct TrainingSettings: Sendable, Hashable, Codable {
  /// The design of the network.
  public var architecture: Architecture
  /// How often every training picture is learned from.
  public var epochs: Int
  /// Pictures a step.
  public var batchSize: Int
  /// How parameters follow their gradients.
  public var optimizer: Optimizer
  /// The learning rate's maximum.
  public var peakLearningRate: Double
  /// Decay of the parameters a step, times the learning rate.
  public var weightDecay: Double
  /// The share of each label that is spread over all classes (Szegedy et al., *Rethinking the
  /// Inception Architecture*, 2016, section 7), from 0 to 1.
  public var labelSmoothing: Double
  /// Decay a step of the moving average of the parameters, which is what the run results in; 0 for
  /// the parameters themselves.
  public var averageDecay: Double
  /// What the products of convolutions and linear layers are computed in.
  public var precision: Precision
  /// Random changes of the pictures.
  public var augmentation: Augmentation
  /// Of everything random: the first parameters, the order of the pictures and their changes.
  public var seed: UInt64
  /// Threads that compute. Sums of floats depend on their number.
  public var threads: Int

  /// Creates settings; the defaults are the recipe of ``Architecture/fashionCNN``.
  public init(
    architecture: Architecture = .fashionCNN, epochs: Int = 40, batchSize: Int = 128,
    optimizer: Optimizer = .adamW, peakLearningRate: Double = 0.003, weightDecay: Double = 0.01,
    labelSmoothing: Double = 0.05, averageDecay: Double = 0.999, precision: Precision = .float32,
    augmentation: Augmentation = Augmentation(shift: 1), seed: UInt64 = 1, threads: Int = 2
  ) {
    self.architecture = architecture
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.peakLearningRate = peakLearningRate
    self.weightDecay = weightDecay
    self.labelSmoothing = labelSmoothing
    self.averageDecay = averageDecay
    self.precision = precision
    self.augmentation = augmentation
    self.seed = seed
    self.threads = threads
  }

  /// How parameters follow their gradients.
  public enum Optimizer: String, CaseIterable, Sendable, Codable {
    /// Stochastic gradient descent with a Nesterov momentum of 0.9 (Sutskever et al., 2013).
    case sgd
    /// Adam with decoupled weight decay (Loshchilov, Hutter, 2019).
    case adamW = "adamw"
  }

  /// Formats of the factors; sums, parameters and everything else are 32-bit floats.
  public enum Precision: String, CaseIterable, Sendable, Codable {
    /// 32-bit floats.
    case float32
    /// The upper half of a 32-bit float: faster on processors that multiply in it, slower on others.
    case bfloat16
  }
}
