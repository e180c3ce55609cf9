/// How well a model tells one class from the others.
public struct ClassQuality: Sendable, Hashable {
  /// Pictures of the class.
  public let support: Int
  /// Share of the pictures taken for the class that are of it, from 0 to 1; 0 when there are none.
  public let precision: Double
  /// Share of the pictures of the class that were taken for it, from 0 to 1; 0 when there are none.
  public let recall: Double
  /// Harmonic mean of precision and recall, from 0 to 1.
  public let f1: Double

  /// Counts the answers of a class.
  ///
  /// - Parameters:
  ///   - index: The number of the class.
  ///   - confusion: Pictures of the class of the row that were taken for the class of the column.
  /// - Precondition: `confusion` is square and has a row `index`.
  public init(class index: Int, in confusion: [[Int]]) {
    let correct = Double(confusion[index][index])
    support = confusion[index].reduce(0, +)
    let answered = confusion.reduce(0) { $0 + $1[index] }
    precision = answered > 0 ? correct / Double(answered) : 0
    recall = support > 0 ? correct / Double(support) : 0
    f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0
  }
}
