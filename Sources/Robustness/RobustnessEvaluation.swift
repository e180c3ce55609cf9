import Classification
public import Dataset
import Imaging
public import Pipeline

/// Turns pictures of the data set into photographs of every kind and counts those that a model
/// still knows.
public struct RobustnessEvaluation: Sendable {
  /// How many pictures are drawn; all when there are fewer.
  public var limit: Int
  /// The seed of which pictures are drawn and of what their photographs look like.
  public var seed: UInt64
  /// How many pictures are evaluated at once.
  public var tasks: Int
  /// What makes the photographs.
  public var generator: PhotoGenerator

  /// Creates an evaluation.
  public init(limit: Int = 1_000, seed: UInt64 = 1, tasks: Int = 1) {
    self.limit = max(limit, 1)
    self.seed = seed
    self.tasks = max(tasks, 1)
    generator = PhotoGenerator(seed: seed)
  }

  /// Evaluates a classifier on pictures that are drawn from `images`.
  ///
  /// - Parameter progress: Told how many of how many pictures are done.
  /// - Throws: `ImagingError` or `InferenceError` when a photograph cannot be read or classified, and
  ///   `CancellationError`.
  public func run(
    _ classifier: Classifier, on images: LabelledImages,
    progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) async throws -> RobustnessScores {
    var draws = SeededGenerator(seed: seed)
    let indices = draws.permutation(of: images.count).prefix(limit)
    var sum = Answers()
    var done = 0
    try await withThrowingTaskGroup(of: Answers.self) { group in
      for (position, index) in indices.enumerated() {
        if position >= tasks, let answers = try await group.next() {
          sum += answers
          done += 1
          progress(done, indices.count)
        }
        try Task.checkCancellation()
        group.addTask { try answers(of: classifier, to: index, in: images) }
      }
      for try await answers in group {
        sum += answers
        done += 1
        progress(done, indices.count)
      }
    }
    return sum.scores(of: indices.count)
  }

  /// Classifies a picture and all of its photographs, as one batch.
  private func answers(
    of classifier: Classifier, to index: Int, in images: LabelledImages
  ) throws -> Answers {
    var tensors = [images.tensor(at: index)]
    for corruption in PhotoCorruption.allCases {
      let file = generator.photograph(of: index, in: images, corruption: corruption)
      tensors.append(try classifier.prepare(file, with: .photo).tensor)
      tensors.append(try classifier.prepare(file, with: .classic).tensor)
    }
    let label = Int(images.labels[index])
    let names = classifier.labels.names
    let isRight = try classifier.classify(tensors).map {
      names.indices.contains(label) && $0.best.name == names[label]
    }
    return Answers(isRight: isRight)
  }

  /// How many pictures were known: as they are, and then of each kind with `photo` and `classic`.
  private struct Answers {
    var counts = [Int](repeating: 0, count: 1 + 2 * PhotoCorruption.allCases.count)

    init() {}

    init(isRight: [Bool]) {
      counts = isRight.map { $0 ? 1 : 0 }
    }

    static func += (sum: inout Answers, answers: Answers) {
      for index in sum.counts.indices { sum.counts[index] += answers.counts[index] }
    }

    func scores(of pictures: Int) -> RobustnessScores {
      let shares = counts.map { Double($0) / Double(max(pictures, 1)) }
      return RobustnessScores(
        pictures: pictures, clean: shares[0],
        rows: PhotoCorruption.allCases.enumerated().map { index, corruption in
          RobustnessScores.Row(
            corruption: corruption, photo: shares[1 + 2 * index], classic: shares[2 + 2 * index])
        })
    }
  }
}
