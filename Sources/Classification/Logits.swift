import Glibc

/// What a network says of one picture before it is turned into probabilities: one unbounded score
/// a class.
public struct Logits: Sendable, Hashable {
  /// The scores, in the order of the model's ``LabelSet``.
  public let values: [Float]

  /// Wraps scores in the order of the model's ``LabelSet``.
  public init(_ values: [Float]) {
    self.values = values
  }

  /// Probabilities by softmax of the logits over `temperature`.
  ///
  /// The largest logit is subtracted first, so no exponential overflows. Temperatures above one
  /// soften an overconfident model (Guo et al., *On Calibration of Modern Neural Networks*, 2017).
  ///
  /// - Parameter temperature: A positive divisor; 1 leaves the logits as they are.
  /// - Returns: Probabilities that add up to one; empty when there are no logits.
  public func softmax(temperature: Float = 1) -> [Float] {
    guard let largest = values.max() else { return [] }
    let exponentials = values.map { expf(($0 - largest) / temperature) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { $0 / sum }
  }

  /// The mean of the scores of two looks at the same picture.
  ///
  /// - Precondition: both have as many scores.
  public func averaged(with other: Logits) -> Logits {
    precondition(values.count == other.values.count, "both looks have a score a class")
    return Logits(zip(values, other.values).map { ($0 + $1) / 2 })
  }

  /// The index of the largest logit, the first of equals; `nil` when there are no logits.
  public var argmax: Int? {
    values.indices.max { (values[$0], -$0) < (values[$1], -$1) }
  }
}
