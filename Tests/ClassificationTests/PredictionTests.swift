import Classification
import Testing

@Suite struct PredictionTests {
  @Test func rankingIsByConfidenceAndTiesKeepLabelOrder() throws {
    let prediction = try Prediction(
      logits: Logits([1, 3, 1, 2]), labels: LabelSet(["a", "b", "c", "d"]))
    #expect(prediction.ranking.map(\.name) == ["b", "d", "a", "c"])
    #expect(prediction.best.name == "b")
    #expect(prediction.topK(2).map(\.name) == ["b", "d"])
    #expect(prediction.topK(9).count == 4)
    #expect(abs(prediction.ranking.map(\.confidence).reduce(0, +) - 1) < 1e-6)
  }

  @Test(arguments: [Float(0.5), 1, 4])
  func temperatureSoftensWithoutChangingTheOrder(temperature: Float) throws {
    let logits = Logits([2, 0, -1])
    let softened = logits.softmax(temperature: temperature)
    let ratio = softened[0] / softened[1]
    #expect(abs(ratio - Float.exp(2 / temperature)) / ratio < 1e-5)
    #expect(softened == softened.sorted(by: >))
  }

  @Test func softmaxOfLargeLogitsStaysFinite() {
    #expect(Logits([1_000, 0]).softmax() == [1, 0])
    #expect(Logits([]).softmax() == [])
  }

  @Test func uncertaintyFollowsTheThreshold() throws {
    let labels = LabelSet(["a", "b"])
    let even = Logits([0, 0])
    #expect(
      try Prediction(
        logits: even, labels: labels, calibration: Calibration(uncertaintyThreshold: 0.6)
      ).isUncertain)
    #expect(
      try !Prediction(
        logits: even, labels: labels, calibration: Calibration(uncertaintyThreshold: 0.5)
      ).isUncertain)
  }

  @Test(arguments: [[], [1], [.nan, 0], [.infinity, 0]] as [[Float]])
  func unusableLogitsAreRefused(values: [Float]) {
    #expect(throws: InferenceError.unusableLogits) {
      try Prediction(logits: Logits(values), labels: LabelSet(["a", "b"]))
    }
  }

  @Test func whatIsNoGarmentIsUncertainHoweverConfident() throws {
    let labels = LabelSet(["a", "b"])
    let sure = try Prediction(logits: Logits([9, 0]), labels: labels)
    #expect(sure.isGarment && !sure.isUncertain)
    let other = try Prediction(logits: Logits([9, 0]), labels: labels, isGarment: false)
    #expect(!other.isGarment && other.isUncertain)
    #expect(other.ranking == sure.ranking)
  }

  @Test func twoLooksAtAPictureAreAveraged() {
    #expect(Logits([1, 2]).averaged(with: Logits([3, -2])) == Logits([2, 0]))
    let picture = ImageTensor(pixels: (0..<ImageTensor.elementCount).map { Float($0) })
    let mirrored = picture.mirrored
    #expect(mirrored.pixels[0] == 27 && mirrored.pixels[27] == 0)
    #expect(mirrored.pixels[28] == 55 && mirrored.pixels[783] == 756)
    #expect(mirrored.mirrored == picture)
  }

  @Test func argmaxIsTheFirstOfEquals() {
    #expect(Logits([0, 5, 5]).argmax == 1)
    #expect(Logits([]).argmax == nil)
  }
}

extension Float {
  fileprivate static func exp(_ x: Float) -> Float {
    var sum: Float = 1
    var term: Float = 1
    for n in 1..<40 {
      term *= x / Float(n)
      sum += term
    }
    return sum
  }
}
