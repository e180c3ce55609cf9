/// A class and the probability a model gives it.
public struct ClassScore: Sendable, Hashable, Codable {
  /// The class's name.
  public let name: String
  /// The calibrated probability, from 0 to 1.
  public let confidence: Float

  /// Creates a score.
  public init(name: String, confidence: Float) {
    self.name = name
    self.confidence = confidence
  }

  private enum CodingKeys: String, CodingKey {
    case name = "class"
    case confidence
  }
}
