import Glibc

/// How far the distribution of what came lies from a reference distribution.
///
/// The index is the sum over all kinds of (a - r) ln(a / r), where a and r are the shares of a kind in
/// what came and in the reference. Half a picture is added to each kind of both, so that a kind that
/// never came does not make the index infinite.
///
/// Sources: E. M. Lewis, *An Introduction to Credit Scoring*, 1994, and N. Siddiqi, *Credit Risk
/// Scorecards*, 2006, for the index and its limits of 0.1 and 0.25; B. Yurdakul, *Statistical Properties
/// of Population Stability Index*, Western Michigan University, 2018, for its distribution.
public struct PopulationStabilityIndex: Sendable, Hashable {
  /// What an index means.
  public enum State: String, Sendable, CaseIterable {
    /// Fewer pictures than ``minimumCount``: chance alone could exceed the limits.
    case insufficient
    /// Below 0.1: no change worth attention.
    case stable
    /// From 0.1 to 0.25: some change; look into it.
    case moderate
    /// 0.25 and more: the pictures are no longer those the model was made for.
    case major
  }

  /// Pictures that are needed before the index says anything.
  ///
  /// Without any drift the index of B kinds, n pictures and m of the reference is about
  /// chi²(B - 1) · (1/n + 1/m). With 10 kinds, 300 pictures and a reference of 5,000, it exceeds 0.1
  /// once in 1,000 times.
  public static let minimumCount = 300

  /// The index, 0 or more; `nil` when there are fewer pictures than ``minimumCount``.
  public let value: Double?

  /// What the index means.
  public var state: State {
    guard let value else { return .insufficient }
    return value < 0.1 ? .stable : value < 0.25 ? .moderate : .major
  }

  /// Compares counts of the same kinds.
  ///
  /// - Precondition: There are as many kinds in both, at least one.
  public init(counts: [Int], reference: [Int]) {
    precondition(counts.count == reference.count && !counts.isEmpty, "both count the same kinds")
    guard counts.reduce(0, +) >= Self.minimumCount, reference.contains(where: { $0 > 0 }) else {
      value = nil
      return
    }
    value = zip(Self.shares(counts), Self.shares(reference)).reduce(0) { sum, shares in
      sum + (shares.0 - shares.1) * log(shares.0 / shares.1)
    }
  }

  private static func shares(_ counts: [Int]) -> [Double] {
    let total = Double(counts.reduce(0, +)) + 0.5 * Double(counts.count)
    return counts.map { (Double($0) + 0.5) / total }
  }
}
