public import Classification

/// Fits the softmax temperature that makes confidences match accuracy.
///
/// Source: Guo, Pleiss, Sun, Weinberger, *On Calibration of Modern Neural Networks*, 2017, section 4.
public enum TemperatureScaling {
  /// The temperature with the least negative log likelihood on a split the model did not learn from.
  ///
  /// The likelihood has one minimum in the temperature's inverse, so a golden-section search finds
  /// it.
  ///
  /// - Precondition: there are as many labels as logits.
  public static func fit(logits: [Logits], labels: [UInt8], classCount: Int) -> Float {
    func loss(_ inverse: Double) -> Double {
      Evaluation(
        logits: logits, labels: labels, calibration: Calibration(temperature: Float(1 / inverse)),
        classCount: classCount
      ).loss
    }
    let ratio = (5.0.squareRoot() - 1) / 2
    var low = 0.05
    var high = 20.0
    var left = high - ratio * (high - low)
    var right = low + ratio * (high - low)
    var (leftLoss, rightLoss) = (loss(left), loss(right))
    while high - low > 1e-3 {
      if leftLoss < rightLoss {
        (high, right, rightLoss) = (right, left, leftLoss)
        left = high - ratio * (high - low)
        leftLoss = loss(left)
      } else {
        (low, left, leftLoss) = (left, right, rightLoss)
        right = low + ratio * (high - low)
        rightLoss = loss(right)
      }
    }
    return Float(2 / (low + high))
  }
}
