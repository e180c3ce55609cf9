import Classification
import Logging
import Pipeline
import Records

/// Classifies the pictures of uploads: some at a time, so that those of single requests still find
/// their place in the queue.
final class BatchService: Sendable {
  /// What came of a picture.
  struct Line: Sendable {
    let index: Int
    let filename: String
    let result: Result<PredictionRecord, APIError>
  }

  /// Uploads that are classified at once.
  static let batchLimit = 4

  private let service: PredictionService
  /// Pictures of one upload that are under way.
  private let window: Int
  /// Bytes of the pictures of one upload that are under way.
  private static let byteLimit = 32 << 20
  private let places = Places(batchLimit)

  /// - Parameters:
  ///   - service: Classifies and stores each picture.
  ///   - queueLimit: The places of the queue, of which uploads may take half.
  init(service: PredictionService, queueLimit: Int) {
    self.service = service
    window = max(1, min(64, queueLimit / (2 * Self.batchLimit)))
  }

  /// Takes one of the places for uploads.
  ///
  /// - Throws: ``APIError`` when all are taken.
  func place() throws(APIError) -> Places.Place {
    guard let place = places.take() else {
      throw .unavailable(
        .overloaded, "\(Self.batchLimit) uploads are being classified already; try again",
        retryAfter: 10)
    }
    return place
  }

  /// Classifies pictures and stores the predictions.
  ///
  /// - Parameters:
  ///   - pictures: The pictures.
  ///   - first: The first of them, when it was taken out already.
  ///   - index: Its place in the upload.
  ///   - emit: Told of each in their order, once its prediction is stored.
  /// - Throws: What `emit` throws; the pictures under way are given up then.
  func run(
    _ pictures: BatchPictures, first: BatchPictures.Item?, index: Int,
    parameters: PredictionParameters,
    classifier: Classifier, context: ServiceContext, emit: (Line) async throws -> Void
  ) async throws {
    let transform = OrderedTransform<(index: Int, item: BatchPictures.Item), Line>(
      countLimit: window, weightLimit: Self.byteLimit
    ) { [self] value in
      await line(value.index, value.item, parameters, classifier, context)
    }
    var (pending, count) = (first, index)
    try await transform.run {
      guard let item = pending else { return nil }
      let value = (index: count, item: item)
      count += 1
      pending = try await pictures.next()
      return (value, (try? item.content.get().count) ?? 0)
    } emit: { line in
      try await emit(line)
    }
  }

  private func line(
    _ index: Int, _ item: BatchPictures.Item, _ parameters: PredictionParameters,
    _ classifier: Classifier, _ context: ServiceContext
  ) async -> Line {
    do throws(APIError) {
      let picture = UploadedPicture(bytes: try item.content.get(), filename: item.filename)
      let (record, _) = try await service.predict(
        picture, parameters: parameters, classifier: classifier, context: context,
        asPartOfBatch: true)
      return Line(index: index, filename: item.filename, result: .success(record))
    } catch {
      return Line(index: index, filename: item.filename, result: .failure(error))
    }
  }
}
