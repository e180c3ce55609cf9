import Records
import Testing

@testable import Monitoring

@Suite struct PredictionSummaryTests {
  /// Figures of R's `prop.test(x, n, correct = FALSE)`, and of the formula where it is exact.
  @Test(arguments: [
    (8, 10, 0.49016, 0.94332), (0, 10, 0, 0.27753), (10, 10, 0.72247, 1), (1, 1, 0.20655, 1),
    (950, 1_000, 0.93469, 0.96187),
  ])
  func givesWilsonsInterval(right: Int, all: Int, lower: Double, upper: Double) throws {
    let interval = try #require(WilsonInterval(successes: right, trials: all))
    #expect(abs(interval.lower - lower) < 1e-5, "\(interval)")
    #expect(abs(interval.upper - upper) < 1e-5, "\(interval)")
    #expect(WilsonInterval(successes: 0, trials: 0) == nil)
  }

  @Test func sumsTallies() {
    let summary = PredictionSummary([
      .init(engine: "ONNX", modelVersion: "v", predictedClass: "Bag", confidenceBin: 14, count: 5),
      .init(
        engine: "ONNX", modelVersion: "v", predictedClass: "Bag", trueLabel: "Bag",
        confidenceBin: 13, count: 3),
      .init(
        engine: "PyTorch", modelVersion: "v", predictedClass: "Bag", trueLabel: "Coat",
        isUncertain: true, confidenceBin: 7, count: 2),
      .init(
        engine: "ONNX", modelVersion: "v", predictedClass: "Shirt", isUncertain: true,
        isGarment: false, confidenceBin: 7, count: 1),
    ])
    #expect(summary.count == 11)
    #expect(summary.classes == ["Bag": 10, "Shirt": 1])
    #expect(summary.confidences[7...] == [3, 0, 0, 0, 0, 0, 3, 5])
    #expect((summary.uncertain, summary.notGarments) == (3, 1))
    #expect((summary.labelled, summary.right, summary.accuracy) == (5, 3, 0.6))
    #expect(summary.confusion == ["Bag": ["Bag": 3], "Coat": ["Bag": 2]])
    let nothing = PredictionSummary([])
    #expect((nothing.accuracy, nothing.share(0)) == (nil, nil))
    #expect(nothing.accuracyInterval == nil)
  }
}
