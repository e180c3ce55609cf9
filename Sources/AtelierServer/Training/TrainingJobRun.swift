import Classification
import Dataset
import Foundation
import Jobs
import ModelStore
import Networks
import Records
import Retraining
import Training

/// One attempt at a training job.
///
/// What is done is found again by the next attempt: the labelled predictions and the checkpoint of the
/// last epoch in the job's folder, the new version in the store, the verdict in the job's checkpoint.
/// Nothing is promoted before the verdict is kept.
final class TrainingJobRun {
  private let job: Job
  private let handler: TrainingJobHandler
  private let store: ModelStore
  private let context: JobContext
  private let parameters: TrainingParameters
  private var state: TrainingJobState
  /// The epochs that were trained, once all were.
  private var trained: EpochProgress?

  init(
    _ job: Job, handler: TrainingJobHandler, store: ModelStore, context: JobContext
  ) throws {
    self.job = job
    self.handler = handler
    self.store = store
    self.context = context
    parameters = try job.parameters.decoded()
    state = try context.checkpoint?.decoded() ?? TrainingJobState()
  }

  /// The folder of the run's checkpoint.
  private var runFolder: URL { context.folder.appending(path: "run", directoryHint: .isDirectory) }

  /// The name of the new version, the same in every attempt.
  private var versionName: String {
    let day = Timestamp.text(job.created).prefix(10).filter { $0 != "-" }
    return "trained-\(day)-\(job.id.suffix(8))"
  }

  /// Does what is left.
  ///
  /// - Returns: The new version, what it is like, and whether it is served.
  func run() async throws -> EncodedJSON {
    try await phase("reading")
    let data = try await data()
    let version = try await version(trainedOn: data)
    try await phase("judging")
    let verdict = try await verdict(on: version, data: data)
    let (isPromoted, obstacle) = try await promote(version, verdict)
    let metrics = version.manifest.metrics.mapValues {
      Metrics(samples: $0.samples, accuracy: $0.accuracy)
    }
    return try EncodedJSON(
      Result(
        version: version.name, classes: version.manifest.labels.names, promoted: isPromoted,
        verdict: verdict, explanation: obstacle ?? verdict.explanation, metrics: metrics))
  }

  private func data() async throws -> TrainingData {
    let (parameters, datasets, input) = (parameters, handler.datasets, context.input)
    let kept =
      parameters.source == .labels
      ? try await datasets.labelledPredictions(keptIn: input) : nil
    let data = try await LowPriorityExecutor.run {
      let dataset = try kept ?? datasets.dataset(of: ArchiveJobUpload.open(in: input))
      return try TrainingData(
        dataset, name: parameters.name, mix: parameters.mix, standard: datasets.standard(),
        strict: parameters.strict)
    }
    if !state.hasBegun, let inspection = data.inspection {
      context.append(
        "dataset", EncodedJSON(encoded: InspectionAnswer.json(inspection, problem: nil).text))
    }
    return data
  }

  /// The new version: the one that an earlier attempt wrote, or one that is trained now.
  private func version(trainedOn data: TrainingData) async throws -> ModelVersion {
    if let version = try? store.version(named: versionName) {
      trained = EpochProgress(done: state.epochs, epochs: state.epochs)
      return version
    }
    let start = try await start()
    let settings = parameters.settings(
      startingFrom: start, labels: data.labels, threads: handler.threads)
    try await phase("training", EpochProgress(epochs: settings.epochs))
    let model = try await train(data, settings: settings, start: start)
    trained = EpochProgress(done: settings.epochs, epochs: settings.epochs)
    try await phase("writing")
    let (store, name) = (store, versionName)
    let version = try await LowPriorityExecutor.run {
      try Task.checkCancellation()
      return try store.add(name) { _ = try model.writeVersion(of: data, to: $0) }
    }
    try? FileManager.default.removeItem(at: runFolder)
    return version
  }

  private func start() async throws -> StartingPoint? {
    if !state.hasBegun {
      state.base =
        switch parameters.from {
        case .scratch: nil
        case .current: handler.models.current.name
        case .version(let name): name
        }
      state.hasBegun = true
      try await context.saveCheckpoint(EncodedJSON(state))
    }
    guard let base = state.base else { return nil }
    let version: ModelVersion
    do throws(ModelStoreError) {
      version = try store.version(named: base)
    } catch {
      throw TrainingError.startUnusable(version: base, reason: "it is not in the model store")
    }
    let start = try StartingPoint(version)
    if let architecture = parameters.architecture, architecture != start.architecture {
      throw TrainingError.startUnusable(
        version: base, reason: "it is a \(start.architecture.rawValue)")
    }
    return start
  }

  private func train(
    _ data: TrainingData, settings: TrainingSettings, start: StartingPoint?
  ) async throws -> TrainedModel {
    let (context, folder, state) = (context, runFolder, state)
    return try await LowPriorityExecutor.run {
      var run = try TrainingRun(
        settings: settings, split: data.split, labels: data.labels, start: start,
        directory: folder, resume: TrainingRun.exists(in: folder))
      let watch = TrainingWatch(context: context, state: state, epochs: settings.epochs)
      watch.begin(with: run.history)
      return try run.run(report: watch.take)
    }
  }

  private func verdict(
    on version: ModelVersion, data: TrainingData
  ) async throws -> PromotionVerdict {
    if let verdict = state.verdict { return verdict }
    let (judge, served) = (
      VersionJudge(store: store, threads: handler.threads), handler.models.current.version
    )
    let verdict = try await LowPriorityExecutor.run {
      try judge.verdict(on: version, against: served, data: data)
    }
    state.verdict = verdict
    context.append("verdict", try EncodedJSON(verdict))
    try await context.saveCheckpoint(EncodedJSON(state))
    return verdict
  }

  /// Serves the version when the rule says so.
  ///
  /// - Returns: Whether it is served, and what forbade it although it was to be.
  private func promote(
    _ version: ModelVersion, _ verdict: PromotionVerdict
  ) async throws -> (isPromoted: Bool, obstacle: String?) {
    let isWanted =
      switch parameters.promote {
      case .always: true
      case .never: false
      case .ifBetter: verdict.allowsPromotion
      }
    guard isWanted else { return (false, nil) }
    try await phase("promoting")
    do throws(APIError) {
      _ = try await handler.models.promote(version.name, logger: handler.logger)
      return (true, nil)
    } catch {
      return (false, "\(verdict.explanation), but \(error.message)")
    }
  }

  /// Says what is done next, which the database has before it is begun.
  private func phase(_ name: String, _ progress: EpochProgress? = nil) async throws {
    try context.checkCancellation()
    let progress = progress ?? trained
    context.report(
      JobProgress(
        done: progress?.done ?? 0, total: progress?.epochs, unit: "epochs",
        detail: try EncodedJSON(["phase": name])))
    try await context.flush()
    try context.checkCancellation()
  }

  private struct EpochProgress {
    var done = 0
    let epochs: Int
  }

  private struct Metrics: Encodable {
    let samples: Int
    let accuracy: Double
  }

  /// What came of the job.
  private struct Result: Encodable {
    let version: String
    let classes: [String]
    let promoted: Bool
    let verdict: PromotionVerdict
    let explanation: String
    let metrics: [String: Metrics]
  }
}
