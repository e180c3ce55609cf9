public import Classification

/// Chooses the confidence below which a model says that it is not sure.
///
/// Source: Geifman, El-Yaniv, *Selective Classification for Deep Neural Networks*, 2017.
public enum UncertaintyThreshold {
  /// The least confidence from which on the answers reach an accuracy, with two standard errors to
  /// spare, so that it holds for other pictures too; 1 when no confidence does.
  ///
  /// Where no answer is wrong, the error is 0, however few there are. An interval that allows for that, such
  /// as Wilson's, would call every answer unsure of a version validated with fewer than 189 pictures, which
  /// most users' are.
  ///
  /// - Precondition: there are as many labels as logits.
  public static func fit(
    logits: [Logits], labels: [UInt8], temperature: Float, accuracy target: Double = 0.98
  ) -> Float {
    let answers = zip(logits, labels).compactMap { logits, label in
      logits.argmax.map { answer in
        (
          confidence: logits.softmax(temperature: temperature)[answer],
          isCorrect: answer == Int(label)
        )
      }
    }.sorted { $0.confidence > $1.confidence }
    var correct = 0
    var threshold: Float = 1
    for (index, answer) in answers.enumerated() {
      correct += answer.isCorrect ? 1 : 0
      let count = Double(index + 1)
      let accuracy = Double(correct) / count
      let error = (accuracy * (1 - accuracy) / count).squareRoot()
      if accuracy - 2 * error >= target { threshold = answer.confidence }
    }
    return threshold
  }
}
