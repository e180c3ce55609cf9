/// The pictures whose confidence lies in one of several equally wide intervals from 0 to 1.
public struct ReliabilityBin: Sendable, Hashable, Codable {
  /// How many pictures there are.
  public var count: Int
  /// Their mean confidence, from 0 to 1; 0 when there are none.
  public var confidence: Double
  /// Share of them that was answered rightly, from 0 to 1; 0 when there are none.
  public var accuracy: Double

  /// Creates a bin.
  public init(count: Int, confidence: Double, accuracy: Double) {
    self.count = count
    self.confidence = confidence
    self.accuracy = accuracy
  }
}

extension [ReliabilityBin] {
  /// How far confidence and accuracy lie apart in the mean over all pictures, from 0 to 1; 0 when
  /// there are none.
  ///
  /// Source: Naeini, Cooper, Hauskrecht, *Obtaining Well Calibrated Probabilities Using Bayesian
  /// Binning*, 2015; Guo, Pleiss, Sun, Weinberger, *On Calibration of Modern Neural Networks*, 2017.
  public var expectedCalibrationError: Double {
    let total = reduce(0) { $0 + $1.count }
    let gaps = reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.accuracy) }
    return total > 0 ? gaps / Double(total) : 0
  }
}
