public import Classification
public import Imaging

/// Classifies any number of pictures: many in one run of the engine, several runs at once, the answers
/// in the order of the pictures.
public struct BulkClassification: Sendable {
  /// A picture's file, or why it could not be read.
  public struct Picture: Sendable {
    /// What the answer calls it.
    public let name: String
    /// Its bytes.
    public let content: Result<[UInt8], any Error>

    /// Creates a picture.
    public init(name: String, content: Result<[UInt8], any Error>) {
      self.name = name
      self.content = content
    }
  }

  /// What came of a picture.
  public struct Answer: Sendable {
    /// The picture's name.
    public let name: String
    /// The prediction, and how long the engine ran for it and those in the same run.
    public let result: Result<(prediction: Prediction, engineTime: Duration), any Error>
  }

  /// Pictures in one run of the engine.
  private static let batchSize = 64
  /// Bytes of files after which a run has enough pictures.
  private static let batchBytes = 8 << 20

  private let classifier: Classifier
  private let preprocessing: Preprocessing
  private let tasks: Int

  /// - Parameters:
  ///   - classifier: Classifies.
  ///   - preprocessing: How pictures become tensors.
  ///   - tasks: Runs at once, each on a thread of its own.
  public init(_ classifier: Classifier, preprocessing: Preprocessing, tasks: Int) {
    self.classifier = classifier
    self.preprocessing = preprocessing
    self.tasks = tasks
  }

  /// Classifies pictures.
  ///
  /// - Parameters:
  ///   - next: Gives the next picture; `nil` after the last.
  ///   - describe: What to make of some answers, on one of the threads that classify.
  ///   - emit: Takes what was made of the next answers.
  /// - Throws: What `emit` throws.
  public func run<Description: Sendable>(
    _ next: () -> Picture?, describe: @escaping @Sendable ([Answer]) -> Description,
    emit: (Description) throws -> Void
  ) async throws {
    let transform = OrderedTransform<[Picture], Description>(countLimit: tasks + 1) { pictures in
      describe(classify(pictures))
    }
    try await transform.run {
      let batch = Self.batch(of: next)
      return batch.isEmpty ? nil : (batch, 1)
    } emit: { description in
      try emit(description)
    }
  }

  private static func batch(of next: () -> Picture?) -> [Picture] {
    var batch: [Picture] = []
    var bytes = 0
    while batch.count < batchSize, bytes < batchBytes, let picture = next() {
      batch.append(picture)
      bytes += (try? picture.content.get().count) ?? 0
    }
    return batch
  }

  private func classify(_ pictures: [Picture]) -> [Answer] {
    let prepared = pictures.map { picture in
      Result { try classifier.prepare(picture.content.get(), with: preprocessing).tensor }
    }
    let tensors = prepared.compactMap { try? $0.get() }
    let outcome = Result { try classifier.timedClassify(tensors) }
    var position = 0
    return zip(pictures, prepared).map { picture, tensor in
      let result = Result {
        _ = try tensor.get()
        let (predictions, time) = try outcome.get()
        defer { position += 1 }
        return (prediction: predictions[position], engineTime: time)
      }
      return Answer(name: picture.name, result: result)
    }
  }
}
