import Classification
import Dataset
import Foundation
import Jobs
import Logging
import ModelStore
import Records
import Retraining
import Training

/// Trains on users' data as jobs, at low priority, one after the other.
struct TrainingJobHandler: JobHandler {
  let models: ServedModels
  let datasets: TrainingDatasets
  /// Threads that compute.
  let threads: Int
  let logger: Logger

  let kind = JobKind.training

  private static let pauses: [Duration] = [
    .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15),
  ]
  /// Bytes of the largest checkpoint there may be.
  private static let minimumRoom = 64 << 20

  func run(_ job: Job, in context: JobContext) async throws -> EncodedJSON {
    guard let store = models.store else {
      throw JobFailure(code: "conflict", message: "this service has no model store")
    }
    do {
      return try await untilThereIsRoom(job, [context.folder, store.directory], context) {
        try await TrainingJobRun(job, handler: self, store: store, context: context).run()
      }
    } catch let error as DatasetError {
      throw JobFailure(code: "invalid_dataset", message: error.description)
    } catch let error as TrainingError {
      throw failure(error, job, "training_failed", message(of: error))
    } catch let error as ModelStoreError {
      throw failure(
        error, job, "model_store", "the model store cannot be used; the service's log says why")
    } catch let error as APIError {
      throw JobFailure(code: error.code.rawValue, message: error.message)
    }
  }

  /// Tries something again, for half a minute, that failed while a disk was full or the database could not
  /// be written.
  private func untilThereIsRoom(
    _ job: Job, _ folders: [URL], _ context: JobContext, _ body: () async throws -> EncodedJSON
  ) async throws -> EncodedJSON {
    for pause in Self.pauses {
      do {
        return try await body()
      } catch  where !context.isCancelled && (error is RecordsError || Self.areFull(folders)) {
        logger.warning(
          "training waits for room on the disk", error: error, metadata: ["job": .string(job.id)])
        context.report(
          JobProgress(done: 0, unit: "epochs", detail: try EncodedJSON(["phase": "waiting"])))
        try await Task.sleep(for: pause)
      }
    }
    do {
      return try await body()
    } catch  where !context.isCancelled && Self.areFull(folders) {
      throw failure(
        error, job, APIError.Code.storageFull.rawValue,
        "the disk of the service has no room for the training; ask again when there is some")
    }
  }

  /// Whether a disk has less room than a checkpoint or a version may need.
  private static func areFull(_ folders: [URL]) -> Bool {
    folders.contains { folder in
      let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
      return (attributes?[.systemFreeSize] as? Int).map { $0 < minimumRoom } ?? false
    }
  }

  /// What the owner is told: without the paths of this machine.
  private func message(of error: TrainingError) -> String {
    switch error {
    case .diverged, .invalidSetting, .startUnusable, .libTorchMissing: error.description
    default: "training could not go on; the service's log says why"
    }
  }

  private func failure(
    _ error: any Error, _ job: Job, _ code: String, _ message: String
  ) -> JobFailure {
    logger.error("training failed", error: error, metadata: ["job": .string(job.id)])
    return JobFailure(code: code, message: message)
  }
}
