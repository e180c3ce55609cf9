import Classification
import Dataset
import Foundation
import ModelStore
import Pipeline
import Robustness
import Testing

@Suite struct RobustnessEvaluationTests {
  private static let classifier = Result {
    let store = ModelStore(
      directory: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../models").standardizedFileURL)
    return try ModelLoader().classifier(.onnx, of: store.current())
  }

  @Test func scoresAreTheSameHoweverManyTasksCount() async throws {
    let images = try FashionMNIST.test()
    let classifier = try Self.classifier.get()
    var scores: [RobustnessScores] = []
    for tasks in [1, 3] {
      var evaluation = RobustnessEvaluation(limit: 2, seed: 5, tasks: tasks)
      evaluation.generator = PhotoGenerator(seed: 5, longerSide: 60...120)
      var last = (0, 0)
      scores.append(try await evaluation.run(classifier, on: images) { last = ($0, $1) })
      #expect(last == (2, 2))
    }
    #expect(scores[0] == scores[1])
    #expect(scores[0].pictures == 2)
    #expect(scores[0].rows.map(\.corruption) == PhotoCorruption.allCases)
    #expect(scores[0].clean >= 0.5)
  }

  @Test func aCancelledEvaluationStops() async throws {
    let images = try FashionMNIST.test()
    let classifier = try Self.classifier.get()
    let task = Task {
      try await RobustnessEvaluation(limit: 10_000).run(classifier, on: images)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
