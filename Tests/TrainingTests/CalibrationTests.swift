import Classification
import Dataset
import Foundation
import Networks
import StateDictFiles
import Testing
import Training

@Suite struct CalibrationTests {
  /// 2,000 real garments to fit to, and 500 others.
  private static let garments = Result {
    try FashionMNIST().training.selecting(0..<2_500)
  }

  private static let detector = Result {
    let images = try garments.get()
    return try #require(
      GarmentDetectorFit.fit(
        (0..<2_000).map(images.tensor), labels: Array(images.labels.prefix(2_000)),
        heldOut: (2_000..<2_500).map(images.tensor)))
  }

  @Test func garmentsAreAboutAsFarAsFeaturesAreMany() throws {
    let images = try Self.garments.get()
    let detector = try Self.detector.get()
    // The mean of a squared Mahalanobis distance is the number of dimensions; the variance that is
    // added to each takes some of it, and 80 prototypes of 2,000 pictures more.
    let distances = (0..<2_000).map { detector.distance(of: images.tensor(at: $0)) }
    let mean = distances.reduce(0, +) / Float(distances.count)
    #expect((0.6...1).contains(mean / Float(GarmentDetector.featureCount)))
    let accepted = (2_000..<2_500).count { detector.isGarment(images.tensor(at: $0)) }
    #expect(accepted == 496)
  }

  @Test func whatIsNoGarmentIsFound() throws {
    let detector = try Self.detector.get()
    var generator = SeededGenerator(seed: 1)
    let noise = (0..<50).map { _ in
      ImageTensor(pixels: (0..<ImageTensor.elementCount).map { _ in Float(generator.unit()) })
    }
    let blank = (0...10).map { level in
      ImageTensor(
        pixels: Array(repeating: Float(level) / 10, count: ImageTensor.elementCount))
    }
    #expect((noise + blank).allSatisfy { !detector.isGarment($0) })
  }

  @Test func aDetectorIsTheSameAfterItsFile() throws {
    let detector = try Self.detector.get()
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pth").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try detector.write(to: path)
    let areEqual = try GarmentDetector(contentsOf: path) == detector
    #expect(areEqual)
    // Weights of a network are no detector.
    try StateDictFile.write(.init(), to: path)
    #expect(throws: StateDictFileError.self) { try GarmentDetector(contentsOf: path) }
  }

  @Test func numbersThatAreNoDetectorAreRefused() {
    let size = GarmentDetector.featureCount
    let square = [Float](repeating: 0, count: size * size)
    let row = [Float](repeating: 0, count: size)
    #expect(GarmentDetector(whitening: square, prototypes: row, threshold: 1) != nil)
    #expect(GarmentDetector(whitening: row, prototypes: row, threshold: 1) == nil)
    #expect(GarmentDetector(whitening: square, prototypes: [], threshold: 1) == nil)
    #expect(GarmentDetector(whitening: square, prototypes: [1, 2], threshold: 1) == nil)
    #expect(GarmentDetector(whitening: square, prototypes: row, threshold: .nan) == nil)
  }

  @Test func theThresholdKeepsTheAccuracyOfWhatIsAnswered() {
    // Confidence i/1000, and the less of it the more often wrong.
    var generator = SeededGenerator(seed: 3)
    var logits: [Logits] = []
    var labels: [UInt8] = []
    for index in 501..<1_000 {
      for _ in 0..<20 {
        let confidence = Float(index) / 1_000
        logits.append(Logits([Float(log(Double(confidence))), Float(log(Double(1 - confidence)))]))
        labels.append(generator.unit() < Double(confidence) ? 0 : 1)
      }
    }
    let threshold = UncertaintyThreshold.fit(
      logits: logits, labels: labels, temperature: 1, accuracy: 0.95)
    let evaluation = Evaluation(
      logits: logits, labels: labels, calibration: Calibration(uncertaintyThreshold: threshold),
      classCount: 2)
    #expect((0.95..<0.965).contains(evaluation.selectiveAccuracy))
    // Confidences from 0.9 on are 0.95 in the mean.
    #expect((0.88..<0.93).contains(threshold))
    #expect(abs(evaluation.coverage - Double(1 - threshold) * 2) < 0.01)
  }

  @Test func aModelThatIsNeverRightIsNeverSure() {
    let logits = [Logits](repeating: Logits([5, 0]), count: 10)
    let labels = [UInt8](repeating: 1, count: 10)
    #expect(UncertaintyThreshold.fit(logits: logits, labels: labels, temperature: 1) == 1)
  }
}
