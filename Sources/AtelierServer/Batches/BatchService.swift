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
  /// Uploads that arrive at once, each of which fills a file meanwhile.
  static let arrivalLimit = 64

  /// Pictures of one upload that are under way, at most.
  static let windowLimit = groupLimit * groupsUnderWay

  /// Pictures that are classified together, and stored in one transaction, at most.
  static let groupLimit = 64
  /// Bytes of files after which a group has enough pictures: the answers to large ones come one by one.
  private static let groupBytes = 256 << 10
  /// Groups of one upload that are read, computed or stored at once.
  private static let groupsUnderWay = 4
  /// Bytes of the pictures of one upload that are under way.
  private static let byteLimit = 32 << 20

  private let service: PredictionService
  private let groupSize: Int
  private let places = Places(batchLimit)
  private let arrivals = Places(arrivalLimit)

  /// - Parameters:
  ///   - service: Classifies and stores the pictures.
  ///   - engineBatch: Pictures that an engine computes together; a group is a few times as many.
  init(service: PredictionService, engineBatch: Int) {
    self.service = service
    groupSize = min(Self.groupLimit, 4 * engineBatch)
  }

  /// Takes one of the places for uploads that arrive.
  ///
  /// - Throws: ``APIError`` when all are taken.
  func arrival() throws(APIError) -> Places.Place {
    try Self.take(arrivals, "\(Self.arrivalLimit) uploads are arriving already")
  }

  /// Takes one of the places for uploads that are classified.
  ///
  /// - Throws: ``APIError`` when all are taken.
  func place() throws(APIError) -> Places.Place {
    try Self.take(places, "\(Self.batchLimit) uploads are being classified already")
  }

  private static func take(_ places: Places, _ complaint: String) throws(APIError) -> Places.Place {
    guard let place = places.take() else {
      throw .unavailable(.overloaded, complaint + "; try again", retryAfter: 10)
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
  ///   - emit: Told of some of them at a time, in their order, once their predictions are stored.
  /// - Throws: What `emit` throws; the pictures under way are given up then.
  func run(
    _ pictures: BatchPictures, first: BatchPictures.Item?, parameters: PredictionParameters,
    classifier: Classifier, context: some PredictionCaller, startingAt start: Int = 0,
    retries: Int = 0, identify: (Int) async throws -> RecordIdentity? = { _ in nil },
    emit: ([Line]) async throws -> Void
  ) async throws {
    let transform = OrderedTransform<[Work], [Line]>(
      countLimit: Self.groupsUnderWay, weightLimit: Self.byteLimit
    ) { [service] works in
      await Self.lines(works, retries: retries) { pictures in
        await service.predict(
          pictures, parameters: parameters, classifier: classifier, context: context)
      }
    }
    var (pending, count) = (first.map { [$0] }, start)
    try await transform.run {
      let items =
        if let pending { pending } else {
          try await pictures.next(groupSize, bytes: Self.groupBytes)
        }
      pending = nil
      guard !items.isEmpty else { return nil }
      var works: [Work] = []
      for item in items {
        works.append(Work(index: count, item: item, identity: try await identify(count)))
        count += 1
      }
      return (works, items.reduce(0) { $0 + $1.byteCount })
    } emit: { lines in
      try await emit(lines)
    }
  }

  private static func lines(
    _ works: [Work], retries: Int,
    predict: ([PredictionService.BatchPicture]) async -> [PredictionService.StoredResult]
  ) async -> [Line] {
    var lines: [Line] = []
    var pending: [(place: Int, picture: PredictionService.BatchPicture)] = []
    for work in works {
      var line = Line(
        index: work.index, filename: work.item.filename, result: .failure(.internalError),
        byteCount: work.item.byteCount, isArchive: work.item.isArchive)
      switch work.item.content {
      case .success(let bytes):
        var picture = UploadedPicture(bytes: bytes, filename: work.item.filename)
        picture.tensor = work.item.tensor
        pending.append((lines.count, .init(picture: picture, identity: work.identity)))
      case .failure(let error): line.result = .failure(error)
      }
      lines.append(line)
    }
    var pause = Duration.milliseconds(100)
    for attempt in 0...retries {
      let results = await predict(pending.map { $0.picture })
      for (result, picture) in zip(results, pending) {
        lines[picture.place].result = result.map(\.record)
      }
      pending.removeAll { !lines[$0.place].mayBeTriedAgain }
      guard !pending.isEmpty, attempt < retries, !Task.isCancelled else { break }
      try? await Task.sleep(for: pause)
      pause = min(pause * 2, .seconds(5))
    }
    return lines
  }
}

extension BatchService.Line {
  /// Whether the service could not take or store the picture, which may pass.
  fileprivate var mayBeTriedAgain: Bool {
    if case .failure(let error) = result { error.status == .serviceUnavailable } else { false }
  }
}
