import Dataset
import Foundation
import Networks
import Testing
import TorchEngines
import Training

@Suite struct TrainingRunTests {
  static let settings = TrainingSettings(
    epochs: 3, batchSize: 50, peakLearningRate: 0.005,
    augmentation: Augmentation(flips: true, shift: 2, erasing: 0.5), seed: 7)

  /// 1,000 real pictures to learn from and 200 to validate with.
  static let split = Result {
    try Split(FashionMNIST().training.selecting(0..<1_200), validationCount: 200)
  }

  @Test(arguments: [
    (Architecture.fashionCNN, TrainingSettings.Optimizer.sgd, TrainingSettings.Precision.float32),
    (.fashionCNN, .adamW, .float32), (.fashionLite, .sgd, .bfloat16),
  ])
  func aResumedRunEndsWithTheSameParameters(
    architecture: Architecture, optimizer: TrainingSettings.Optimizer,
    precision: TrainingSettings.Precision
  ) async throws {
    var settings = Self.settings
    settings.architecture = architecture
    settings.optimizer = optimizer
    settings.precision = precision
    try await withRuns { directory in
      var whole = try TrainingRun(
        settings: settings, split: Self.split.get(), directory: directory.appending(path: "whole"))
      let expected = try whole.run()
      #expect(expected.history.map(\.epoch) == [1, 2, 3])

      // Stopped in the second epoch, so what it learned there is lost.
      let stopped = directory.appending(path: "stopped")
      try await start(settings, in: stopped, untilEpoch: 2, step: 3)
      var second = try TrainingRun(
        settings: TrainingRun.settings(ofRunIn: stopped), split: Self.split.get(),
        directory: stopped, resume: true)
      let resumed = try second.run()
      // Compared before: nobody wants to read 200,000 numbers.
      let areEqual = resumed.parameters == expected.parameters
      #expect(areEqual)
      #expect(resumed.history.map(\.trainingLoss) == expected.history.map(\.trainingLoss))
      #expect(
        resumed.history.map(\.validationAccuracy) == expected.history.map(\.validationAccuracy))
    }
  }

  @Test func batchNormalizationIsFoldedIntoTheWeights() async throws {
    try await withRuns { directory in
      // So slow that only the running moments change, over the same batch again and again.
      let settings = TrainingSettings(
        architecture: .fashionLite, epochs: 100, batchSize: 100, optimizer: .sgd,
        peakLearningRate: 1e-12, labelSmoothing: 0, averageDecay: 0, augmentation: .none)
      let split = try Split(FashionMNIST().training.selecting(0..<150), validationCount: 50)
      var run = try TrainingRun(settings: settings, split: split, directory: directory)
      let model = try run.run()
      let engine = try EagerEngine(
        network: settings.architecture.network(), stateDict: model.parameters)
      let inference = try Evaluation(
        logits: engine.logits(for: split.training), labels: split.training.labels, classCount: 10)
      let training = try #require(model.history.last)
      #expect(abs(inference.loss - training.trainingLoss) < 1e-3)
      #expect(inference.accuracy == training.trainingAccuracy)
    }
  }

  @Test func itLearnsAndAnotherSeedLearnsSomethingElse() async throws {
    try await withRuns { directory in
      var run = try TrainingRun(
        settings: Self.settings, split: Self.split.get(), directory: directory.appending(path: "a"))
      let result = try run.run()
      #expect(try #require(result.history.last).validationAccuracy > 0.5)
      var settings = Self.settings
      settings.seed += 1
      var other = try TrainingRun(
        settings: settings, split: Self.split.get(), directory: directory.appending(path: "b"))
      let areEqual = try other.run().parameters == result.parameters
      #expect(!areEqual)
    }
  }

  @Test func aDivergingRunStopsAndKeepsItsLastCheckpoint() async throws {
    try await withRuns { directory in
      var settings = Self.settings
      settings.optimizer = .sgd
      settings.peakLearningRate = 1e12
      var run = try TrainingRun(
        settings: settings, split: Self.split.get(), directory: directory)
      let error = #expect(throws: TrainingError.self) { try run.run() }
      guard case .diverged(epoch: 1, _) = error else {
        Issue.record("the run failed by \(String(describing: error))")
        return
      }
      #expect(throws: TrainingError.checkpointMissing(directory: directory.path)) {
        try TrainingRun.settings(ofRunIn: directory)
      }
    }
  }

  /// The only step of the epoch has a loss; what it leaves has no answers that are numbers.
  @Test func aRunThatItsLastStepBreaksHasDivergedToo() async throws {
    try await withRuns { directory in
      var settings = Self.settings
      settings.optimizer = .sgd
      settings.epochs = 1
      settings.batchSize = 1_000
      settings.averageDecay = 0
      settings.peakLearningRate = 1e38
      var run = try TrainingRun(
        settings: settings, split: Self.split.get(), directory: directory)
      #expect(throws: TrainingError.diverged(epoch: 1, step: 1)) { try run.run() }
    }
  }

  @Test func whatCannotBeResumedSaysWhy() async throws {
    try await withRuns { directory in
      #expect(throws: TrainingError.checkpointMissing(directory: directory.path)) {
        try TrainingRun(
          settings: Self.settings, split: Self.split.get(), directory: directory, resume: true)
      }
      try await start(Self.settings, in: directory, untilEpoch: 2, step: 1)
      #expect(throws: TrainingError.directoryInUse(directory: directory.path)) {
        try TrainingRun(settings: Self.settings, split: Self.split.get(), directory: directory)
      }
      var settings = Self.settings
      settings.epochs = 9
      #expect(
        throws: TrainingError.checkpointUnusable(
          directory: directory.path, reason: "it has other settings")
      ) {
        try TrainingRun(
          settings: settings, split: Self.split.get(), directory: directory, resume: true)
      }
      let others = try Split(
        FashionMNIST().training.selecting(1_200..<2_400), validationCount: 200)
      #expect(
        throws: TrainingError.checkpointUnusable(
          directory: directory.path, reason: "it was made with other data")
      ) {
        try TrainingRun(
          settings: Self.settings, split: others, directory: directory, resume: true)
      }
      // A state that a full disk cut short.
      let state = directory.appending(path: "checkpoint/epoch-1.pt")
      try Data(contentsOf: state).prefix(1_000).write(to: state)
      #expect(throws: TrainingError.self) {
        try TrainingRun(
          settings: Self.settings, split: Self.split.get(), directory: directory, resume: true)
      }
    }
  }

  @Test func settingsWithoutMeaningAreRefused() throws {
    let changes: [(inout TrainingSettings) -> Void] = [
      { $0.epochs = 0 }, { $0.batchSize = 0 }, { $0.peakLearningRate = .nan },
      { $0.labelSmoothing = 1 }, { $0.averageDecay = -1 }, { $0.threads = 0 },
    ]
    for change in changes {
      var settings = Self.settings
      change(&settings)
      #expect(throws: TrainingError.self) {
        try TrainingRun(
          settings: settings, split: Self.split.get(), directory: URL(filePath: "/nonexistent"))
      }
    }
  }

  /// Starts a run and cancels it at a step, from within: its task is one of its own.
  private func start(
    _ settings: TrainingSettings, in directory: URL, untilEpoch epoch: Int, step: Int
  ) async throws {
    let task = Task {
      var run = try TrainingRun(settings: settings, split: Self.split.get(), directory: directory)
      _ = try run.run { progress in
        if case .step(let at) = progress, at.epoch == epoch, at.step == step {
          withUnsafeCurrentTask { $0?.cancel() }
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  private func withRuns(_ body: (URL) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try await body(directory)
  }
}
