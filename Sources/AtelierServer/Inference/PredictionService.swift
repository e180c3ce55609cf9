import APIKeys
import Classification
import Counters
import Foundation
import Hummingbird
import Imaging
import Logging
import ModelStore
import Pipeline
import Records

/// The way of one picture through the service: classified, stored, counted.
struct PredictionService: Sendable {
  let model: LoadedModel
  let pool: PredictionPool
  let store: any PredictionStore
  let counter: (any PredictionCounter)?
  let connections: Connections
  let requestTimeout: Duration
  let logger: Logger

  /// The classifier of an engine and a version of the model.
  ///
  /// - Throws: ``APIError`` when there is no such version, or the engine is not loaded.
  func classifier(_ engine: EngineKind, version: String?) throws(APIError) -> Classifier {
    guard version == nil || version == model.version.name else {
      throw .invalidParameter("there is no model version of that name")
    }
    do throws(InferenceError) {
      return try model.classifier(for: engine)
    } catch {
      throw APIError(error)
    }
  }

  /// Classifies a picture and stores the prediction.
  ///
  /// - Returns: The record, which is on the disk by then, and what the engine saw.
  /// - Throws: ``APIError``; nothing is stored then.
  func predict(
    _ picture: UploadedPicture, parameters: PredictionParameters, classifier: Classifier,
    context: ServiceContext
  ) async throws(APIError) -> (record: PredictionRecord, tensor: ImageTensor) {
    let work = PredictionWork(
      bytes: picture.bytes, preprocessing: parameters.preprocessing, classifier: classifier)
    let outcome = try await classify(work, context)
    let now = Date()
    let record = PredictionRecord(
      id: RecordID.make(at: now), createdAt: now, requestID: context.requestID,
      filename: picture.filename, modelUsed: classifier.engine.kind.displayName,
      modelVersion: classifier.modelVersion, predictedClass: outcome.prediction.best.name,
      confidence: Double(outcome.prediction.best.confidence),
      inferenceTimeMilliseconds: outcome.inferenceTime.milliseconds,
      topK: Array(outcome.prediction.topK(parameters.topK)),
      isUncertain: outcome.prediction.isUncertain, isGarment: outcome.prediction.isGarment,
      preprocess: parameters.preprocessing.rawValue, clientKeyID: context.key?.id ?? "",
      imageSHA256: outcome.imageSHA256)
    context.notes.note {
      $0.outcome = outcome
      $0.predictedClass = record.predictedClass
      $0.confidence = record.confidence
    }
    try await store(record, outcome.tensor.bytes, context)
    return (record, outcome.tensor)
  }

  private func classify(
    _ work: PredictionWork, _ context: ServiceContext
  ) async throws(APIError) -> PredictionOutcome {
    do throws(PredictionFailure) {
      let job = try pool.submit(work, deadline: context.start + requestTimeout)
      let cancel: @Sendable () -> Void = { job.finish(.failure(.cancelled)) }
      let answer: PredictionJob.Answer
      if let connection = connections.connection(of: context.channel) {
        answer = await connection.watching({ await job.answer() }, onClose: cancel)
      } else {
        answer = await job.answer()
      }
      return try answer.get()
    } catch {
      if case .engine(let error) = error {
        logger.error(
          "an engine failed", error: error, metadata: ["request_id": .string(context.requestID)])
      }
      throw APIError(error, picture: work.bytes)
    }
  }

  private func store(
    _ record: PredictionRecord, _ picture: [UInt8], _ context: ServiceContext
  ) async throws(APIError) {
    let start = ContinuousClock.now
    do throws(RecordsError) {
      try await store.insert(record, picture: picture)
      context.notes.note { $0.storeTime = .now - start }
      counter?.predictionsWereStored()
    } catch {
      logger.error(
        "a prediction could not be stored", error: error,
        metadata: ["request_id": .string(context.requestID)])
      throw .unavailable(
        .storageUnavailable, "the prediction could not be stored; try again", retryAfter: 5)
    }
  }
}
