import APIKeys
import Classification
import Counters
import Foundation
import Hummingbird
import Imaging
import Logging
import Pipeline
import Records
import Synchronization

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
  /// Requests whose picture is being classified, of which a record is going to come.
  private let underWay = RequestsUnderWay()

  /// The classifier of an engine and a version of the model, which is loaded if need be.
  ///
  /// A request asks once, and so ends with the version it began with.
  ///
  /// - Parameters:
  ///   - engine: The engine; `nil` for the version's default.
  ///   - version: The version's name; `nil` for the one that is served, or its canary.
  ///   - notes: Those of the request, if it is one.
  /// - Throws: ``APIError`` when there is no such version, or the engine is not loaded.
  func classifier(
    _ engine: EngineKind?, version: String?, notes: RequestNotes = RequestNotes()
  ) async throws(APIError) -> Classifier {
    let model = try await models.model(version)
    let engine = engine ?? model.defaultEngine
    notes.note {
      $0.engine = engine.displayName
      $0.modelVersion = model.name
    }
    return try model.classifier(for: engine)
  }

  /// Classifies a picture and stores the prediction.
  ///
  /// The thread that computed the prediction hands it to the store at once: the request's own thread is
  /// woken when the record is on the disk, and not before.
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
    let stored = StoredPrediction()
    let outcome: PredictionOutcome
    underWay.begin()
    do throws(PredictionFailure) {
      outcome = try await answer(to: work, context) { outcome, done in
        underWay.end()
        let record = record(
          of: outcome, filename: picture.filename, parameters: parameters, classifier: classifier,
          context: context)
        store(record, of: outcome, context) { result in
          stored.set(record, result)
          done()
        }
      }.get()
    } catch {
      underWay.end()
      throw refusal(of: work, error, context)
    }
    guard let (record, result) = stored.value else { throw .internalError }
    do throws(RecordsError) {
      try result.get()
    } catch {
      throw refusal(error, context)
    }
    counter?.predictionsWereStored()
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
    to work: PredictionWork, _ context: some PredictionCaller,
    sequel: @escaping PredictionJob.Sequel
  ) async throws(PredictionFailure) -> PredictionJob.Answer {
    let job = try pool.submit(work, deadline: context.start + requestTimeout, sequel: sequel)
    guard let connection = context.connection(among: connections) else {
      return await job.answer()
    }
    return await connection.watching(
      { await job.answer() }, onClose: { job.finish(.failure(.cancelled)) })
  }

  private func store(
    _ record: PredictionRecord, of outcome: PredictionOutcome, _ context: some PredictionCaller,
    completion: @escaping PredictionStore.Completion
  ) {
    let start = ContinuousClock.now
    let insert = PredictionInsert(record, picture: outcome.tensor.bytes)
    store.insert(insert, followers: underWay.count) { result in
      let time = ContinuousClock.now - start
      context.notes.note {
        $0.outcome = outcome
        $0.predictedClass = record.predictedClass
        $0.confidence = record.confidence
        guard case .success = result else { return }
        $0.storeStart = start
        $0.storeTime = time
      }
      completion(result)
    }
  }
}

/// A prediction, and whether it is stored; set once, by the store.
private final class StoredPrediction: Sendable {
  private let state = Mutex<(record: PredictionRecord, result: Result<Void, RecordsError>)?>(nil)

  var value: (record: PredictionRecord, result: Result<Void, RecordsError>)? {
    state.withLock { $0 }
  }

  func set(_ record: PredictionRecord, _ result: Result<Void, RecordsError>) {
    state.withLock { $0 = (record, result) }
  }
}
