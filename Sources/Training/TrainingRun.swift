public import Classification
public import Dataset
public import Foundation
import Networks
import TorchEngines

/// One training run: from data and settings to parameters, resumable after every epoch.
///
/// The same data and settings give the same parameters bit for bit on one machine, whether or not the
/// run was interrupted in between.
public struct TrainingRun {
  /// Everything the outcome follows from, besides the data.
  public let settings: TrainingSettings
  /// The pictures to learn from and to choose by.
  public let split: Split
  /// The folder that the checkpoint is kept in while the run lasts.
  public let directory: URL

  private let labels: LabelSet
  private let base: String?
  private let datasetHash: String
  private let trainer: NetworkTrainer
  /// What each epoch that is finished achieved.
  public private(set) var history: [EpochResult]

  /// Starts a run in a folder.
  ///
  /// - Parameters:
  ///   - settings: Everything the outcome follows from, besides the data.
  ///   - split: The pictures to learn from and to choose by.
  ///   - labels: The classes.
  ///   - start: The version whose parameters to start from, of the design that the settings name;
  ///     `nil` for random ones. Batch normalisation, which was folded into them, stays folded.
  ///   - directory: Where the checkpoint is kept.
  ///   - resume: Whether to go on with the unfinished run of the folder, which must have the same
  ///     settings, data and start.
  /// - Throws: ``TrainingError``.
  public init(
    settings: TrainingSettings, split: Split, labels: LabelSet = .fashionMNIST,
    start: StartingPoint? = nil, directory: URL, resume: Bool = false
  ) throws(TrainingError) {
    try Self.checkLibrary()
    try settings.validate()
    self.settings = settings
    self.split = split
    self.labels = labels
    base = start?.version
    self.directory = directory
    datasetHash = split.training.sha256
    let network = settings.architecture.network(classCount: labels.count)
    trainer = try NetworkTrainer(
      network: start == nil ? network : network.withoutNormalization, settings: settings)
    history = []
    if let start {
      guard start.architecture == settings.architecture else {
        throw .startUnusable(
          version: start.version, reason: "it is a \(start.architecture.rawValue)")
      }
      try trainer.set(start.parameters(for: network, labels: labels))
    }
    if resume {
      try self.resume()
    } else if Checkpoint.exists(in: directory) {
      throw .directoryInUse(directory: directory.path)
    }
  }

  /// Makes sure that this build can train.
  ///
  /// - Throws: `TrainingError/libTorchMissing`.
  public static func checkLibrary() throws(TrainingError) {
    guard TorchLibrary.isInstalled else { throw .libTorchMissing }
  }

  /// The settings of the unfinished run in a folder.
  ///
  /// - Throws: ``TrainingError`` when there is none, or it cannot be read.
  public static func settings(ofRunIn directory: URL) throws(TrainingError) -> TrainingSettings {
    try Checkpoint(run: directory).settings
  }

  /// The version that the unfinished run in a folder started from; `nil` for random parameters.
  ///
  /// - Throws: ``TrainingError`` when there is no such run, or it cannot be read.
  public static func base(ofRunIn directory: URL) throws(TrainingError) -> String? {
    try Checkpoint(run: directory).base
  }

  /// Whether a folder holds an unfinished run.
  public static func exists(in directory: URL) -> Bool { Checkpoint.exists(in: directory) }

  /// Removes the checkpoint of a run that is over.
  public static func removeCheckpoint(of directory: URL) {
    // What stays behind costs some disk space and is replaced by the next run.
    try? FileManager.default.removeItem(at: Checkpoint.folder(of: directory))
  }

  private mutating func resume() throws(TrainingError) {
    let checkpoint = try Checkpoint(run: directory)
    guard checkpoint.settings == settings else {
      throw .checkpointUnusable(directory: directory.path, reason: "it has other settings")
    }
    guard checkpoint.datasetHash == datasetHash else {
      throw .checkpointUnusable(directory: directory.path, reason: "it was made with other data")
    }
    guard checkpoint.base == base else {
      throw .checkpointUnusable(
        directory: directory.path,
        reason: "it started from \(checkpoint.base ?? "random parameters")")
    }
    do {
      try trainer.load(
        from: Checkpoint.folder(of: directory).appending(path: checkpoint.stateFile).path)
    } catch .libTorch(let reason) {
      throw .checkpointUnusable(directory: directory.path, reason: reason)
    }
    history = checkpoint.history
  }

  /// Trains until the last epoch is done.
  ///
  /// Blocks the calling thread. When the current task is cancelled, the run stops after the step it is
  /// in; the checkpoint of the last finished epoch remains.
  ///
  /// - Parameter report: Called after each step and each epoch.
  /// - Returns: The parameters, with what each epoch achieved.
  /// - Throws: ``TrainingError``, `InferenceError`, or `CancellationError`.
  public mutating func run(
    report: (TrainingProgress) -> Void = { _ in }
  ) throws -> TrainedModel {
    let clock = ContinuousClock()
    while history.count < settings.epochs {
      let start = clock.now
      let learned = try learn(epoch: history.count + 1, report: report)
      let seconds = (clock.now - start) / .seconds(1)
      let validation = try validate(epoch: history.count + 1, step: learned.steps)
      let result = EpochResult(
        epoch: history.count + 1, trainingLoss: learned.loss, trainingAccuracy: learned.accuracy,
        validationLoss: validation.loss, validationAccuracy: validation.accuracy, seconds: seconds)
      history.append(result)
      try Checkpoint.write(
        trainer, settings: settings, datasetHash: datasetHash, base: base, history: history,
        to: directory)
      report(.epoch(result, of: settings.epochs))
    }
    return TrainedModel(
      parameters: try trainer.parameters(), history: history, settings: settings, base: base)
  }

  /// Learns from every training picture once; returns the mean loss and accuracy on the way.
  private func learn(
    epoch: Int, report: (TrainingProgress) -> Void
  ) throws -> (loss: Double, accuracy: Double, steps: Int) {
    var batches = BatchSequence(
      split.training, batchSize: settings.batchSize, augmentation: settings.augmentation,
      generator: SeededGenerator(seed: settings.seed, stream: UInt64(epoch)))
    let schedule = OneCycleSchedule(
      peak: settings.peakLearningRate, totalSteps: settings.epochs * batches.count)
    let clock = ContinuousClock()
    let start = clock.now
    let total = batches.count
    var seen = 0
    var lossSum = 0.0
    var correct = 0
    var step = 0
    while let batch = batches.next() {
      try Task.checkCancellation()
      let result = try trainer.step(
        pixels: batch.pixels, labels: batch.labels,
        learningRate: schedule.rate(at: (epoch - 1) * total + step))
      step += 1
      guard result.loss.isFinite else { throw TrainingError.diverged(epoch: epoch, step: step) }
      seen += batch.labels.count
      lossSum += result.loss * Double(batch.labels.count)
      correct += result.correct
      let left = total - step + (settings.epochs - epoch) * total
      report(
        .step(
          .init(
            epoch: epoch, epochs: settings.epochs, step: step, steps: total,
            loss: lossSum / Double(seen), accuracy: Double(correct) / Double(seen),
            remaining: (clock.now - start) / step * left)))
    }
    return (lossSum / Double(seen), Double(correct) / Double(seen), step)
  }

  /// - Throws: ``TrainingError/diverged(epoch:step:)`` when the last step, whose own loss was a number, has
  ///   left parameters whose answers are none.
  private func validate(epoch: Int, step: Int) throws -> Evaluation {
    let engine = try EagerEngine(
      network: settings.architecture.network(classCount: labels.count),
      stateDict: trainer.parameters(), threads: settings.threads)
    let logits = try engine.logits(for: split.validation)
    guard logits.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw TrainingError.diverged(epoch: epoch, step: step)
    }
    return Evaluation(
      logits: logits, labels: split.validation.labels, classCount: labels.count)
  }
}

extension TrainingSettings {
  /// Checks that the settings have a meaning.
  ///
  /// - Throws: ``TrainingError/invalidSetting(name:reason:)``.
  public func validate() throws(TrainingError) {
    func check(_ isUsable: Bool, _ name: String, _ reason: String) throws(TrainingError) {
      guard isUsable else { throw .invalidSetting(name: name, reason: reason) }
    }
    try check((1...1_000_000).contains(epochs), "epochs", "must be from 1 to 1000000")
    try check((1...1_000_000).contains(batchSize), "batch size", "must be from 1 to 1000000")
    try check(
      peakLearningRate > 0 && peakLearningRate.isFinite, "learning rate", "must be positive")
    try check(
      weightDecay >= 0 && weightDecay.isFinite, "weight decay", "must not be negative")
    try check((0..<1).contains(labelSmoothing), "label smoothing", "must be from 0 to below 1")
    try check((0..<1).contains(averageDecay), "average decay", "must be from 0 to below 1")
    try check(
      (0..<ImageTensor.width).contains(augmentation.shift), "shift",
      "must be from 0 to \(ImageTensor.width - 1) pixels")
    try check((0...1).contains(augmentation.erasing), "erasing", "must be from 0 to 1")
    try check((1...1_024).contains(threads), "threads", "must be from 1 to 1024")
  }
}
