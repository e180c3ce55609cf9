/// An interval that covers an unknown probability in 95 of 100 cases.
///
/// Source: E. B. Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, 1927;
/// recommended for small numbers by Brown, Cai and DasGupta, *Interval Estimation for a Binomial
/// Proportion*, 2001.
public struct WilsonInterval: Sendable, Hashable {
  /// The lower bound, from 0 to 1.
  public let lower: Double
  /// The upper bound, from 0 to 1.
  public let upper: Double

  /// The 97.5th percentile of the normal distribution.
  private static let z = 1.959963984540054

  /// Estimates the probability of what happened some times; `nil` when nothing was tried.
  ///
  /// - Precondition: `successes` lies from 0 to `trials`.
  public init?(successes: Int, trials: Int) {
    precondition((0...max(trials, 0)).contains(successes), "no more successes than trials")
    guard trials > 0 else { return nil }
    let (count, share) = (Double(trials), Double(successes) / Double(trials))
    let square = Self.z * Self.z
    let centre = (share + square / (2 * count)) / (1 + square / count)
    let spread = share * (1 - share) / count + square / (4 * count * count)
    let reach = Self.z / (1 + square / count) * spread.squareRoot()
    lower = successes == 0 ? 0 : centre - reach
    upper = successes == trials ? 1 : centre + reach
  }
}
