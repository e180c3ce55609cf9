import Classification
import HTTPTypes
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
    var result: Result<PredictionRecord, APIError>
    /// The bytes of the picture's file.
    var byteCount = 0
    /// Whether it stands for an archive of which no more can be read.
    var isArchive = false
  }

  /// A picture to classify.
  private struct Work: Sendable {
    let index: Int
    let item: BatchPictures.Item
    let identity: RecordIdentity?
  }

  /// Uploads that are classified at once.
  static let batchLimit = 4

  /// Pictures of one upload that are under way, at most.
  static let windowLimit = 64

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
    window = max(1, min(Self.windowLimit, queueLimit / (2 * Self.batchLimit)))
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
  ///   - start: The place of the first of them.
  ///   - retries: How often a picture is tried again that the service could not take or store.
  ///   - identify: Chooses the identity of the record of the picture at a place; `nil` for a new one.
  ///   - emit: Told of each in their order, once its prediction is stored.
  /// - Throws: What `emit` throws; the pictures under way are given up then.
  func run(
    _ pictures: BatchPictures, first: BatchPictures.Item?, parameters: PredictionParameters,
    classifier: Classifier, context: some PredictionCaller, startingAt start: Int = 0,
    retries: Int = 0, identify: (Int) async throws -> RecordIdentity? = { _ in nil },
    emit: (Line) async throws -> Void
  ) async throws {
    let transform = OrderedTransform<Work, Line>(
      countLimit: window, weightLimit: Self.byteLimit
    ) { [self] work in
      await line(work, parameters, classifier, context, retries: retries)
    }
    var (pending, count) = (first, start)
    try await transform.run {
      guard let item = pending else { return nil }
      let work = Work(index: count, item: item, identity: try await identify(count))
      count += 1
      pending = try await pictures.next()
      return (work, (try? item.content.get().count) ?? 0)
    } emit: { line in
      try await emit(line)
    }
  }

  private func line(
    _ work: Work, _ parameters: PredictionParameters, _ classifier: Classifier,
    _ context: some PredictionCaller, retries: Int
  ) async -> Line {
    let item = work.item
    var line = Line(
      index: work.index, filename: item.filename, result: .failure(.internalError),
      isArchive: item.isArchive)
    var pause = Duration.milliseconds(100)
    for attempt in 0...retries {
      do throws(APIError) {
        let picture = UploadedPicture(bytes: try item.content.get(), filename: item.filename)
        line.byteCount = picture.bytes.count
        let (record, _) = try await service.predict(
          picture, parameters: parameters, classifier: classifier, context: context,
          asPartOfBatch: true, identity: work.identity)
        line.result = .success(record)
        return line
      } catch {
        line.result = .failure(error)
        guard error.status == .serviceUnavailable, attempt < retries, !Task.isCancelled else {
          return line
        }
        try? await Task.sleep(for: pause)
        pause = min(pause * 2, .seconds(5))
      }
    }
    return line
  }
}
