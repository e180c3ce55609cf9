import Classification
import Counters
import Pipeline
import Records

extension PredictionService {
  /// A picture of an upload of many.
  struct BatchPicture: Sendable {
    let picture: UploadedPicture
    /// The record's identity; `nil` for a new one. When there already is a record of this identity, it is
    /// the answer.
    let identity: RecordIdentity?
  }

  /// What became of a picture of many.
  typealias StoredResult = Result<(record: PredictionRecord, outcome: PredictionOutcome), APIError>

  /// Classifies pictures of an upload, and stores the predictions in one transaction.
  ///
  /// They are given up when the task is cancelled, not when the caller leaves.
  ///
  /// - Returns: For each picture, in their order, its record, which is on the disk by then, and what came
  ///   of the picture.
  func predict(
    _ pictures: [BatchPicture], parameters: PredictionParameters, classifier: Classifier,
    context: some PredictionCaller
  ) async -> [StoredResult] {
    let works = pictures.map {
      PredictionWork(
        bytes: $0.picture.bytes, tensor: $0.picture.tensor,
        preprocessing: parameters.preprocessing, classifier: classifier)
    }
    var results: [StoredResult] = []
    var inserts: [(place: Int, insert: PredictionInsert)] = []
    for (place, answer) in await answers(to: works).enumerated() {
      switch answer {
      case .success(let outcome):
        let record = record(
          of: outcome, filename: pictures[place].picture.filename, parameters: parameters,
          classifier: classifier, context: context, identity: pictures[place].identity)
        inserts.append((place, PredictionInsert(record, picture: outcome.tensor.bytes)))
        results.append(.success((record, outcome)))
      case .failure(let failure):
        results.append(.failure(refusal(of: works[place], failure, context)))
      }
    }
    for (place, other) in await store(inserts, context) {
      results[place] = results[place].flatMap { _, outcome in other.map { ($0, outcome) } }
    }
    return results
  }

  /// An upload may take longer than a request; each group of its pictures has a request's time.
  private func answers(to works: [PredictionWork]) async -> [PredictionJob.Answer] {
    do throws(PredictionFailure) {
      let jobs = try pool.submit(upload: works, deadline: ContinuousClock.now + requestTimeout)
      return await withTaskCancellationHandler {
        var answers: [PredictionJob.Answer] = []
        for job in jobs { answers.append(await job.answer()) }
        return answers
      } onCancel: {
        for job in jobs { job.finish(.failure(.cancelled)) }
      }
    } catch {
      return works.map { _ in .failure(error) }
    }
  }

  /// Stores records.
  ///
  /// - Returns: The results that are others than the records themselves, by their places.
  private func store(
    _ inserts: [(place: Int, insert: PredictionInsert)], _ context: some PredictionCaller
  ) async -> [(Int, Result<PredictionRecord, APIError>)] {
    guard !inserts.isEmpty else { return [] }
    let start = ContinuousClock.now
    let stored = await store.insert(inserts.map { $0.insert })
    context.notes.note {
      $0.storeStart = start
      $0.storeTime = .now - start
    }
    var others: [(Int, Result<PredictionRecord, APIError>)] = []
    for (place, result) in zip(inserts.map { $0.place }, stored) {
      guard case .failure(let error) = result else { continue }
      if case .duplicate(let id) = error, let record = try? await store.record(id: id) {
        others.append((place, .success(record)))
      } else {
        others.append((place, .failure(refusal(error, context))))
      }
    }
    if others.count < inserts.count { counter?.predictionsWereStored() }
    return others
  }
}
