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
  /// - Returns: The record, which is on the disk by then, and what came of the picture.
  /// - Throws: ``APIError``; nothing is stored then.
  func predict(
    _ picture: UploadedPicture, parameters: PredictionParameters, classifier: Classifier,
    context: some PredictionCaller
  ) async throws(APIError) -> (record: PredictionRecord, outcome: PredictionOutcome) {
    let work = PredictionWork(
      bytes: picture.bytes, tensor: picture.tensor, preprocessing: parameters.preprocessing,
      classifier: classifier)
    let outcome: PredictionOutcome
    do throws(PredictionFailure) {
      outcome = try await answer(to: work, context).get()
    } catch {
      throw refusal(of: work, error, context)
    }
    let record = record(
      of: outcome, filename: picture.filename, parameters: parameters, classifier: classifier,
      context: context)
    context.notes.note {
      $0.outcome = outcome
      $0.predictedClass = record.predictedClass
      $0.confidence = record.confidence
    }
    try await store(record, outcome.tensor.bytes, context)
    return (record, outcome)
  }

  /// What is kept of an answer, which is counted.
  ///
  /// - Parameter identity: The record's identity; by default a new one.
  func record(
    of outcome: PredictionOutcome, filename: String, parameters: PredictionParameters,
    classifier: Classifier, context: some PredictionCaller, identity: RecordIdentity? = nil
  ) -> PredictionRecord {
    versions.answered(
      outcome, version: classifier.modelVersion, engine: classifier.engine.kind)
    let identity = identity ?? RecordIdentity()
    return PredictionRecord(
      id: identity.id, createdAt: identity.time, requestID: context.requestID,
      filename: filename, modelUsed: classifier.engine.kind.displayName,
      modelVersion: classifier.modelVersion, predictedClass: outcome.prediction.best.name,
      confidence: Double(outcome.prediction.best.confidence),
      inferenceTimeMilliseconds: outcome.inferenceTime.milliseconds,
      topK: Array(outcome.prediction.topK(parameters.topK)),
      isUncertain: outcome.prediction.isUncertain, isGarment: outcome.prediction.isGarment,
      preprocess: parameters.preprocessing.rawValue, clientKeyID: context.keyID,
      imageSHA256: outcome.imageSHA256)
  }

  /// What the caller is told when a picture was not classified; an engine that failed is counted and
  /// logged.
  func refusal(
    of work: PredictionWork, _ failure: PredictionFailure, _ context: some PredictionCaller
  ) -> APIError {
    if case .engine(let error) = failure {
      versions.failed(version: work.classifier.modelVersion, engine: work.classifier.engine.kind)
      logger.error(
        "an engine failed", error: error, metadata: ["request_id": .string(context.requestID)])
    }
    return APIError(failure, picture: work.bytes)
  }

  /// What the caller is told when a prediction could not be stored, which is logged.
  func refusal(_ error: RecordsError, _ context: some PredictionCaller) -> APIError {
    logger.storageFailure(
      error, "the prediction could not be stored",
      metadata: ["request_id": .string(context.requestID)])
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

  private func store(
    _ record: PredictionRecord, _ picture: [UInt8], _ context: some PredictionCaller
  ) async throws(APIError) {
    let start = ContinuousClock.now
    do throws(RecordsError) {
      try await store.insert(record, picture: picture)
      context.notes.note {
        $0.storeStart = start
        $0.storeTime = .now - start
      }
      counter?.predictionsWereStored()
    } catch {
      throw refusal(error, context)
    }
  }
}
