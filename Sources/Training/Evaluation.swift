public import Classification
import Glibc
public import ModelStore

/// How good a model's answers to labelled pictures are.
public struct Evaluation: Sendable, Hashable {
  /// Pictures.
  public let samples: Int
  /// Share of pictures whose most probable class is the true one, from 0 to 1.
  public let accuracy: Double
  /// Mean negative log likelihood of the true class, in nats.
  public let loss: Double
  /// Expected calibration error: how far confidence and accuracy lie apart, over
  /// ``binCount`` equally wide bins of confidence (Naeini et al., 2015; Guo et al., 2017).
  public let ece: Double
  /// Share of pictures whose confidence reaches the calibration's threshold, from 0 to 1: those that
  /// are answered without "not sure".
  public let coverage: Double
  /// Accuracy over those pictures, from 0 to 1; 1 when there are none.
  public let selectiveAccuracy: Double
  /// Precision, recall and F1 of each class.
  public let classes: [ClassQuality]
  /// Pictures of the class of the row that were taken for the class of the column.
  public let confusion: [[Int]]
  /// The ``binCount`` bins of the calibration error.
  public let reliability: [ReliabilityBin]

  /// Bins of the calibration error.
  public static let binCount = 15

  /// Compares answers with the truth.
  ///
  /// - Parameters:
  ///   - logits: What the model says of each picture.
  ///   - labels: The number of each picture's true class.
  ///   - calibration: How logits become confidences.
  ///   - classCount: How many classes there are.
  /// - Precondition: There are as many labels as logits, each below `classCount`.
  public init(
    logits: [Logits], labels: [UInt8], calibration: Calibration = Calibration(), classCount: Int
  ) {
    precondition(logits.count == labels.count, "every picture has one label")
    var confusion = [[Int]](
      repeating: [Int](repeating: 0, count: classCount), count: classCount)
    var bins = [(count: Int, confidence: Double, correct: Int)](
      repeating: (0, 0, 0), count: Self.binCount)
    var loss = 0.0
    var correct = 0
    var answered = (count: 0, correct: 0)
    for (logits, label) in zip(logits, labels) {
      let probabilities = logits.softmax(temperature: calibration.temperature)
      guard let answer = logits.argmax else { continue }
      let isCorrect = answer == Int(label)
      confusion[Int(label)][answer] += 1
      correct += isCorrect ? 1 : 0
      let likelihood = probabilities[Int(label)]
      loss -= log(Double(likelihood > .leastNormalMagnitude ? likelihood : .leastNormalMagnitude))
      // A model whose answer is no number has no confidence in it.
      let confidence = probabilities[answer].isFinite ? Double(probabilities[answer]) : 0
      if probabilities[answer] >= calibration.uncertaintyThreshold {
        answered.count += 1
        answered.correct += isCorrect ? 1 : 0
      }
      let bin = min(Int(confidence * Double(Self.binCount)), Self.binCount - 1)
      bins[bin].count += 1
      bins[bin].confidence += confidence
      bins[bin].correct += isCorrect ? 1 : 0
    }
    let total = Double(max(labels.count, 1))
    samples = labels.count
    accuracy = Double(correct) / total
    self.loss = loss / total
    reliability = bins.map { bin in
      let count = Double(max(bin.count, 1))
      return ReliabilityBin(
        count: bin.count, confidence: bin.confidence / count, accuracy: Double(bin.correct) / count)
    }
    ece = reliability.expectedCalibrationError
    coverage = Double(answered.count) / total
    selectiveAccuracy =
      answered.count > 0 ? Double(answered.correct) / Double(answered.count) : 1
    classes = (0..<classCount).map { ClassQuality(class: $0, in: confusion) }
    self.confusion = confusion
  }
}
