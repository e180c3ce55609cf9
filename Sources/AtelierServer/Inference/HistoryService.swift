import APIKeys
import Classification
import Foundation
import Logging
import ModelStore
import Records

/// The stored predictions, as those who may see them get them.
struct HistoryService: Sendable {
  let store: any PredictionStore
  let models: ServedModels
  let connections: Connections
  let exports = WorkbookExports()
  let logger: Logger

  private static let failure = "the history cannot be read"

  /// The classes there are: those of the model that is served, and of stored predictions, which others
  /// may have made.
  func labels() async throws(APIError) -> LabelSet {
    let served = models.current.version.manifest.labels.names
    let counts = try await reading { () async throws(RecordsError) in try await store.counts() }
    var stored = Set(counts.byClass.keys)
    // A picture may show a class of its model that was not found in any.
    let standard = LabelSet.fashionMNIST.names
    if !stored.isDisjoint(with: standard) { stored.formUnion(standard) }
    return LabelSet(served + stored.subtracting(served).sorted())
  }

  /// A page of the history.
  func page(_ parameters: HistoryParameters) async throws(APIError) -> PredictionPage {
    try await reading { () async throws(RecordsError) in
      try await store.page(
        matching: parameters.filter, after: parameters.cursor, limit: parameters.limit)
    }
  }

  /// One prediction.
  func record(id: String) async throws(APIError) -> PredictionRecord {
    let record = try await reading { () async throws(RecordsError) in
      try await store.record(id: id)
    }
    guard let record else { throw .noPrediction }
    return record
  }

  /// The 784 grey levels of a prediction's picture.
  func picture(id: String) async throws(APIError) -> [UInt8] {
    let picture = try await reading { () async throws(RecordsError) in
      try await store.picture(id: id)
    }
    guard let picture, picture.count == ImageTensor.elementCount else {
      throw .notFound("there is no picture of this identity")
    }
    return picture
  }

  /// Notes what a picture really shows. A key that may only predict may say so of its own predictions;
  /// of others it does not learn whether they exist.
  func setLabel(
    _ label: String?, id: String, key: APIKey?
  ) async throws(APIError) -> PredictionRecord {
    let record = try await record(id: id)
    guard let key, key.role >= .read || key.id == record.clientKeyID else { throw .noPrediction }
    let labelled = try await logger.storing(or: "the label could not be stored") {
      () async throws(RecordsError) in try await store.setLabel(label, id: id)
    }
    // It may have been removed in between.
    guard let labelled else { throw .noPrediction }
    return labelled
  }

  /// The predictions of an export, and the first of them, so that a database that is away is noticed
  /// before the answer starts.
  func pages(
    _ filter: PredictionFilter
  ) async throws(APIError) -> (first: [PredictionRecord]?, rest: PredictionPages) {
    var pages = PredictionPages(of: store, matching: filter)
    let first: [PredictionRecord]?
    do throws(RecordsError) {
      first = try await pages.next()
    } catch {
      throw unreadable(error)
    }
    return (first, pages)
  }

  /// Logs why the history cannot be read.
  func unreadable(_ error: RecordsError) -> APIError {
    logger.storageFailure(error, Self.failure)
  }

  private func reading<Value: Sendable>(
    _ body: () async throws(RecordsError) -> Value
  ) async throws(APIError) -> Value {
    try await logger.storing(or: Self.failure, body)
  }
}

extension APIError {
  static let noPrediction = notFound("there is no prediction of this identity")
}
