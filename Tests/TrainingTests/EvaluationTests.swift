import Classification
import Dataset
import ModelStore
import Testing

@testable import Training

@Suite struct EvaluationTests {
  @Test func numbersAreThoseWorkedOutByHand() {
    // Two of three right: 0 for 0, 1 for 1, 0 for 1.
    let sure = Float(4)
    let evaluation = Evaluation(
      logits: [Logits([sure, 0]), Logits([0, sure]), Logits([sure, 0])], labels: [0, 1, 1],
      classCount: 2)
    #expect(evaluation.samples == 3)
    #expect(abs(evaluation.accuracy - 2.0 / 3) < 1e-9)
    #expect(evaluation.confusion == [[1, 0], [1, 1]])
    #expect(evaluation.classes[0].precision == 0.5)
    #expect(evaluation.classes[0].recall == 1)
    #expect(evaluation.classes[1].precision == 1)
    #expect(evaluation.classes[1].recall == 0.5)
    #expect(abs(evaluation.classes[1].f1 - 2.0 / 3) < 1e-9)
    // Every confidence is 1 / (1 + exp(-4)) = 0.98201, in one bin.
    #expect(abs(evaluation.ece - (0.982014 - 2.0 / 3)) < 1e-5)
    #expect(evaluation.reliability.count == Evaluation.binCount)
    #expect(evaluation.reliability.dropLast().allSatisfy { $0.count == 0 && $0.confidence == 0 })
    #expect(evaluation.reliability[14].count == 3)
    #expect(abs(evaluation.reliability[14].confidence - 0.982014) < 1e-5)
    #expect(abs(evaluation.reliability[14].accuracy - 2.0 / 3) < 1e-9)
    // Losses: ln(1 + exp(-4)) twice, 4 more once.
    #expect(abs(evaluation.loss - (3 * 0.0181499 + 4) / 3) < 1e-5)
  }

  @Test func pictureByPictureTheErrorIsThatOfTheBins() {
    // The definition, over the pictures instead of over the bins.
    var generator = SeededGenerator(seed: 5)
    let logits = (0..<2_000).map { _ in
      Logits((0..<3).map { _ in Float(generator.unit() * 5) })
    }
    let labels = (0..<2_000).map { _ in UInt8(generator.integer(below: 3)) }
    let calibration = Calibration(temperature: 1.7)
    let evaluation = Evaluation(
      logits: logits, labels: labels, calibration: calibration, classCount: 3)
    var gap = 0.0
    for (index, bin) in evaluation.reliability.enumerated() {
      let members = zip(logits, labels).compactMap { logits, label in
        logits.argmax.map {
          (
            confidence: Double(logits.softmax(temperature: 1.7)[$0]), isRight: $0 == Int(label)
          )
        }
      }.filter { min(Int($0.confidence * 15), 14) == index }
      #expect(bin.count == members.count)
      gap += abs(members.reduce(0) { $0 + $1.confidence - ($1.isRight ? 1 : 0) })
    }
    #expect(evaluation.reliability.reduce(0) { $0 + $1.count } == 2_000)
    #expect(abs(evaluation.ece - gap / 2_000) < 1e-9)
  }

  @Test func aManifestKeepsTheCounts() {
    let evaluation = Evaluation(
      logits: [Logits([2, 0]), Logits([0, 2])], labels: [0, 0], classCount: 2)
    let metrics = Manifest.Metrics(evaluation)
    #expect(metrics.confusion == [[1, 1], [0, 0]])
    #expect(metrics.reliability == evaluation.reliability)
    #expect(metrics.accuracy == 0.5)
  }

  @Test(arguments: [Float.nan, .infinity])
  func answersThatAreNoNumbersCountAsNoConfidence(value: Float) {
    let evaluation = Evaluation(
      logits: [Logits([value, value, value]), Logits([0, 9, 0])], labels: [1, 1], classCount: 3)
    #expect(evaluation.samples == 2)
    #expect(evaluation.loss.isFinite)
    #expect(evaluation.ece.isFinite)
    #expect(evaluation.reliability[0].count == 1)
  }

  @Test func aClassNobodyAnsweredHasNoPrecision() {
    let evaluation = Evaluation(logits: [Logits([1, 0, 0])], labels: [0], classCount: 3)
    #expect(evaluation.classes[2].precision == 0)
    #expect(evaluation.classes[2].support == 0)
    #expect(evaluation.classes[2].f1 == 0)
  }

  @Test(arguments: [Float(0.5), 1, 2.5])
  func theFittedTemperatureUndoesTheOneOfTheLogits(temperature: Float) {
    // Labels drawn from the softmax of the logits; the model then claims them `temperature` times as
    // surely.
    var generator = SeededGenerator(seed: 11)
    var logits: [Logits] = []
    var labels: [UInt8] = []
    for _ in 0..<20_000 {
      let values = (0..<4).map { _ in Float(generator.unit() * 4) }
      var draw = Float(generator.unit())
      let probabilities = Logits(values).softmax()
      let label =
        probabilities.firstIndex {
          draw -= $0; return draw < 0
        } ?? 3
      labels.append(UInt8(label))
      logits.append(Logits(values.map { $0 * temperature }))
    }
    let fitted = TemperatureScaling.fit(logits: logits, labels: labels, classCount: 4)
    #expect(abs(fitted / temperature - 1) < 0.05)
  }

  @Test func theLearningRateRisesAndFalls() {
    let schedule = OneCycleSchedule(peak: 1, totalSteps: 1_000)
    let rates = (0..<1_000).map(schedule.rate)
    #expect(abs(rates[0] - 0.04) < 1e-9)
    #expect(rates.max() == rates[300])
    #expect(abs(rates[300] - 1) < 1e-9)
    #expect(abs(rates[999] - 1e-4) < 1e-9)
    #expect(zip(rates[..<300], rates[1...300]).allSatisfy(<))
    #expect(zip(rates[300...], rates[301...]).allSatisfy(>))
    // A run of one step has a rate too.
    #expect(OneCycleSchedule(peak: 1, totalSteps: 1).rate(at: 0) > 0)
  }
}
