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

  /// The share that `photo` loses against ``clean``, from -1 to 1.
  public func loss(of row: Row) -> Double { clean - row.photo }

  /// The mean of ``loss(of:)`` over the kinds that stand on light grounds.
  public var meanLightLoss: Double {
    let light = rows.filter(\.corruption.isOnLightGround)
    return light.reduce(0) { $0 + loss(of: $1) } / Double(max(light.count, 1))
  }

  /// The kind with the largest ``loss(of:)``, the first of equals; `nil` when there is none.
  public var worst: Row? { rows.min { $0.photo < $1.photo } }
}
