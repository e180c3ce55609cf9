import Classification
import Dataset
import Jobs
import Logging
import ModelStore
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

  func run(_ job: Job, in context: JobContext) async throws -> EncodedJSON {
    guard let store = models.store else {
      throw JobFailure(code: "conflict", message: "this service has no model store")
    }
    do {
      return try await TrainingJobRun(job, handler: self, store: store, context: context).run()
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
