import APIKeys
import Classification
import Counters
import Foundation
import Hummingbird
import Imaging
import Logging
import Pipeline
import Records

/// The way of one picture through the service: classified, stored, counted.
struct PredictionService: Sendable {
  let models: ServedModels
  let pool: PredictionPool
  let store: any PredictionStore
  let counter: (any PredictionCounter)?
  let connections: Connections
  let requestTimeout: Duration
  let versions: VersionMetrics
  let logger: Logger

  /// The classifier of an engine and a version of the model, which is loaded if need be.
  ///
  /// A request asks once, and so ends with the version it began with.
  ///
  /// - Parameters:
  ///   - version: The version's name; `nil` for the one that is served, or its canary.
  ///   - notes: Those of the request, if it is one.
  /// - Throws: ``APIError`` when there is no such version, or the engine is not loaded.
  func classifier(
    _ engine: EngineKind, version: String?, notes: RequestNotes = RequestNotes()
  ) async throws(APIError) -> Classifier {
    let model = try await models.model(version)
    notes.note {
      $0.engine = engine.displayName
      $0.modelVersion = model.name
    }
    return try model.classifier(for: engine)
  }

  /// Classifies a picture and stores the prediction.
  ///
  /// - Parameters:
  ///   - asPartOfBatch: Whether the picture is one of many of the request: it waits for a place in the
  ///     queue rather than being refused, and is given up when its task is cancelled rather than when the
  ///     caller leaves.
  ///   - identity: The record's identity; by default a new one. When there already is a record of this
  ///     identity, it is the answer.
  /// - Returns: The record, which is on the disk by then, and what came of the picture.
  /// - Throws: ``APIError``; nothing is stored then.
  func predict(
    _ picture: UploadedPicture, parameters: PredictionParameters, classifier: Classifier,
    context: some PredictionCaller, asPartOfBatch: Bool = false, identity: RecordIdentity? = nil
  ) async throws(APIError) -> (record: PredictionRecord, outcome: PredictionOutcome) {
    let work = PredictionWork(
      bytes: picture.bytes, tensor: picture.tensor, preprocessing: parameters.preprocessing,
      classifier: classifier)
    let outcome = try await classify(work, context, asPartOfBatch: asPartOfBatch)
    versions.answered(
      outcome, version: classifier.modelVersion, engine: classifier.engine.kind)
    let identity = identity ?? RecordIdentity()
    let record = PredictionRecord(
      id: identity.id, createdAt: identity.time, requestID: context.requestID,
      filename: picture.filename, modelUsed: classifier.engine.kind.displayName,
      modelVersion: classifier.modelVersion, predictedClass: outcome.prediction.best.name,
      confidence: Double(outcome.prediction.best.confidence),
      inferenceTimeMilliseconds: outcome.inferenceTime.milliseconds,
      topK: Array(outcome.prediction.topK(parameters.topK)),
      isUncertain: outcome.prediction.isUncertain, isGarment: outcome.prediction.isGarment,
      preprocess: parameters.preprocessing.rawValue, clientKeyID: context.keyID,
      imageSHA256: outcome.imageSHA256)
    if !asPartOfBatch {
      context.notes.note {
        $0.outcome = outcome
        $0.predictedClass = record.predictedClass
        $0.confidence = record.confidence
      }
    }
    let stored = try await store(record, outcome.tensor.bytes, context)
    return (stored, outcome)
  }

  private func classify(
    _ work: PredictionWork, _ context: some PredictionCaller, asPartOfBatch: Bool
  ) async throws(APIError) -> PredictionOutcome {
    do throws(PredictionFailure) {
      return try await asPartOfBatch
        ? answerInBatch(to: work).get() : answer(to: work, context).get()
    } catch {
      if case .engine(let error) = error {
        versions.failed(
          version: work.classifier.modelVersion, engine: work.classifier.engine.kind)
        logger.error(
          "an engine failed", error: error, metadata: ["request_id": .string(context.requestID)])
      }
      throw APIError(error, picture: work.bytes)
    }
  }

  private func answer(
    to work: PredictionWork, _ context: some PredictionCaller
  ) async throws(PredictionFailure) -> PredictionJob.Answer {
    let job = try pool.submit(work, deadline: context.start + requestTimeout)
    guard let connection = context.connection(among: connections) else {
      return await job.answer()
    }
    return await connection.watching(
      { await job.answer() }, onClose: { job.finish(.failure(.cancelled)) })
  }

  /// An upload may take longer than a request; each of its pictures has a request's time.
  private func answerInBatch(
    to work: PredictionWork
  ) async throws(PredictionFailure) -> PredictionJob.Answer {
    let deadline = ContinuousClock.now + requestTimeout
    while true {
      do {
        let job = try pool.submit(work, deadline: deadline)
        return await withTaskCancellationHandler {
          await job.answer()
        } onCancel: {
          job.finish(.failure(.cancelled))
        }
      } catch .queueFull where ContinuousClock.now < deadline && !Task.isCancelled {
        try? await Task.sleep(for: .milliseconds(10))
      }
    }
  }

  private func store(
    _ record: PredictionRecord, _ picture: [UInt8], _ context: some PredictionCaller
  ) async throws(APIError) -> PredictionRecord {
    let start = ContinuousClock.now
    do throws(RecordsError) {
      try await store.insert(record, picture: picture)
      context.notes.note {
        $0.storeStart = start
        $0.storeTime = .now - start
      }
      counter?.predictionsWereStored()
      return record
    } catch {
      if case .duplicate(let id) = error, let stored = try? await store.record(id: id) {
        return stored
      }
      logger.error(
        "a prediction could not be stored", error: error,
        metadata: ["request_id": .string(context.requestID)])
      throw .unavailable(
        .storageUnavailable, "the prediction could not be stored; try again", retryAfter: 5)
    }
  }
}
