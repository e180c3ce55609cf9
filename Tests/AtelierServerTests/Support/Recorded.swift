import Foundation
import Jobs
import ModelStore
import Retraining
import Synchronization
import Training

@testable import AtelierServer

/// One attempt at a training job, with what it tells.
final class Recorded: Sendable {
  struct Result: Decodable {
    let version: String
    let promoted: Bool
    let verdict: PromotionVerdict
  }

  let context: JobContext
  let store: ModelStore
  private let handler: TrainingJobHandler
  private let job: Job

  init(
    _ service: TestService, _ job: Job, attempt: Int = 1, state: TrainingJobState? = nil
  ) {
    let changes = Box()
    self.job = job
    store = service.components.models.store ?? ModelStore(directory: service.folder)
    handler = TrainingJobHandler(
      models: service.components.models, datasets: service.components.datasets, threads: 1,
      logger: service.components.logger)
    box = changes
    context = JobContext(
      folder: service.board.folders.folder(ofJob: job.id), attempt: attempt,
      checkpoint: state.flatMap { try? EncodedJSON($0) }
    ) { new in changes.all.withLock { $0.append(new) } }
  }

  private final class Box: Sendable {
    let all = Mutex<[JobChanges]>([])
  }

  private let box: Box

  func result() async throws -> Result {
    let result = try await handler.run(job, in: context)
    try await context.flush()
    return try result.decoded()
  }

  var events: [JobChanges.Event] { box.all.withLock { $0.flatMap(\.events) } }

  /// The epochs that were told of.
  var epochs: [Int] {
    struct Epoch: Decodable { let epoch: Int }
    return events.filter { $0.name == "epoch" }
      .compactMap { try? ($0.data.decoded() as Epoch).epoch }
  }

  /// What the next attempt finds.
  var state: TrainingJobState? {
    box.all.withLock { $0.compactMap(\.checkpoint).last }.flatMap { try? $0.decoded() }
  }
}
