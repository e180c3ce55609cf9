/// How well a score tells two sets apart, whatever the threshold.
public enum AreaUnderROC {
  /// The chance that a random positive scores higher than a random negative; a tie counts half.
  ///
  /// Source: Hanley, McNeil, *The Meaning and Use of the Area under a Receiver Operating
  /// Characteristic (ROC) Curve*, 1982: the statistic of Wilcoxon, Mann and Whitney.
  ///
  /// - Returns: From 0 to 1; 0.5 when one set is empty.
  public static func area(positives: [Float], negatives: [Float]) -> Double {
    guard !positives.isEmpty, !negatives.isEmpty else { return 0.5 }
    let sorted = negatives.sorted()
    let wins = positives.reduce(0.0) { sum, score in
      let below = Self.count(of: sorted) { $0 < score }
      let notAbove = Self.count(of: sorted) { $0 <= score }
      return sum + Double(below + notAbove) / 2
    }
    return wins / (Double(positives.count) * Double(negatives.count))
  }

  /// How many elements, from the first on, a predicate holds for.
  private static func count(of sorted: [Float], while predicate: (Float) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(sorted[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
