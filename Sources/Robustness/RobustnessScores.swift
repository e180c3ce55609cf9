/// How many pictures a model knows as they are, and as photographs.
public struct RobustnessScores: Sendable, Hashable {
  /// How a model does on one kind of photograph.
  public struct Row: Sendable, Hashable {
    /// The kind of photograph.
    public let corruption: PhotoCorruption
    /// The share that is known with the `photo` preprocessing, from 0 to 1.
    public let photo: Double
    /// The share that is known with the `classic` preprocessing, from 0 to 1.
    public let classic: Double
  }

  /// How many pictures there were of each kind.
  public let pictures: Int
  /// The share of the same pictures that is known without any preprocessing, from 0 to 1.
  public let clean: Double
  /// The kinds of photographs.
  public let rows: [Row]
}
