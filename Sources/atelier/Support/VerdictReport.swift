import Training

/// What commands say of a comparison of two versions.
enum VerdictReport {
  /// A line for each set of pictures.
  static func text(
    _ comparisons: [PromotionVerdict.Comparison], first: String, second: String
  ) -> String {
    comparisons.map { comparison in
      let method = comparison.test.method == .exact ? "exact" : "chi-square"
      return "\(comparison.name), \(comparison.pictures) pictures: "
        + "\(first) \(comparison.servedAccuracy.percent), "
        + "\(second) \(comparison.newAccuracy.percent); "
        + "only the first right \(comparison.test.onlyFirst), "
        + "only the second \(comparison.test.onlySecond); McNemar (\(method)) p "
        + "\(comparison.pValue.formatted(decimals: 4)), that the second is worse "
        + comparison.pValueOfWorse.formatted(decimals: 4)
    }.joined(separator: "\n")
  }
}
