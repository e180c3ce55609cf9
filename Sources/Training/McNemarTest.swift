import Glibc

/// Whether two models that answered the same pictures are equally often right.
///
/// Only the pictures that one got right and the other wrong tell them apart. If the models are equally
/// good, each of these is as likely to speak for the one as for the other. Of few such pictures the
/// binomial distribution is added up; of many, its square is taken for chi-square's, with the correction
/// for continuity.
///
/// Source: McNemar, *Note on the Sampling Error of the Difference Between Correlated Proportions or
/// Percentages*, Psychometrika 12, 1947; Edwards, *Note on the "Correction for Continuity" in Testing
/// the Significance of the Difference Between Correlated Proportions*, Psychometrika 13, 1948.
public struct McNemarTest: Sendable, Hashable, Codable {
  /// How a probability was computed.
  public enum Method: String, Sendable, Codable {
    /// Added up from the binomial distribution.
    case exact
    /// From the chi-square distribution with one degree of freedom, corrected for continuity.
    case chiSquare = "chi_square"
  }

  /// Pictures that tell the models apart from which on chi-square is close enough.
  public static let exactLimit = 25

  /// Pictures that only the first model got right.
  public let onlyFirst: Int
  /// Pictures that only the second model got right.
  public let onlySecond: Int

  private enum CodingKeys: String, CodingKey {
    case onlyFirst = "only_first"
    case onlySecond = "only_second"
  }

  /// Compares counts, none of them below 0.
  public init(onlyFirst: Int, onlySecond: Int) {
    self.onlyFirst = onlyFirst
    self.onlySecond = onlySecond
  }

  /// Compares two models' answers to the same pictures.
  ///
  /// - Parameters:
  ///   - first: Whether the first model got each picture right.
  ///   - second: Whether the second did.
  /// - Precondition: both answered as many pictures.
  public init(first: [Bool], second: [Bool]) {
    precondition(first.count == second.count, "both models answer the same pictures")
    self.init(
      onlyFirst: zip(first, second).count { $0 && !$1 },
      onlySecond: zip(first, second).count { !$0 && $1 })
  }

  /// How the probabilities are computed.
  public var method: Method { discordant < Self.exactLimit ? .exact : .chiSquare }

  /// The probability of counts that lie at least so far apart, either way, if both models are equally
  /// good.
  public var pValue: Double {
    switch method {
    case .exact: min(1, 2 * Self.tail(max(onlyFirst, onlySecond), of: discordant))
    case .chiSquare: erfc((statistic / 2).squareRoot())
    }
  }

  /// The probability that the second model comes off at least so badly if both are equally good.
  public var pValueOfSecondWorse: Double {
    switch method {
    case .exact: return Self.tail(onlyFirst, of: discordant)
    case .chiSquare:
      // Half of the two-sided probability, on the side where the difference lies.
      let half = pValue / 2
      return onlyFirst > onlySecond ? half : 1 - half
    }
  }

  /// Edwards' corrected chi-square.
  public var statistic: Double {
    guard discordant > 0 else { return 0 }
    let difference = Double(max(abs(onlyFirst - onlySecond) - 1, 0))
    return difference * difference / Double(discordant)
  }

  private var discordant: Int { onlyFirst + onlySecond }

  /// The probability of at least `count` heads of `total` fair coins.
  private static func tail(_ count: Int, of total: Int) -> Double {
    var term = pow(0.5, Double(total))
    var sum = 0.0
    for heads in 0...total {
      if heads >= count { sum += term }
      term *= Double(total - heads) / Double(heads + 1)
    }
    return min(sum, 1)
  }
}
