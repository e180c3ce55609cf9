extension Manifest {
  /// Quality on one split.
  public struct Metrics: Sendable, Hashable, Codable {
    /// Pictures in the split.
    public var samples: Int
    /// Share of pictures whose most probable class is the true one, from 0 to 1.
    public var accuracy: Double
    /// Mean negative log likelihood of the true class, in nats.
    public var loss: Double
    /// Expected calibration error over 15 bins, from 0 to 1.
    public var ece: Double
    /// Share of pictures whose confidence reaches the threshold of "not sure", from 0 to 1; `nil` when
    /// it was not measured.
    public var coverage: Double?
    /// Accuracy over those pictures, from 0 to 1.
    public var selectiveAccuracy: Double?
    /// Pictures of the class of the row that were taken for the class of the column, in the order of
    /// the labels; `nil` when they were not counted.
    public var confusion: [[Int]]?
    /// Bins of confidence, from 0 to 1; `nil` when they were not counted.
    public var reliability: [ReliabilityBin]?

    /// Creates metrics.
    public init(
      samples: Int, accuracy: Double, loss: Double, ece: Double, coverage: Double? = nil,
      selectiveAccuracy: Double? = nil, confusion: [[Int]]? = nil,
      reliability: [ReliabilityBin]? = nil
    ) {
      self.samples = samples
      self.accuracy = accuracy
      self.loss = loss
      self.ece = ece
      self.coverage = coverage
      self.selectiveAccuracy = selectiveAccuracy
      self.confusion = confusion
      self.reliability = reliability
    }

    /// What is wrong with the counts; `nil` when those of the confusion matrix and of the bins can be
    /// counts of ``samples`` pictures of `classCount` classes.
    func defect(classCount: Int) -> String? {
      if let confusion {
        guard confusion.count == classCount, confusion.allSatisfy({ $0.count == classCount }) else {
          return "confusion matrix is not \(classCount) x \(classCount)"
        }
        guard areCounts(confusion.joined()) else {
          return "confusion matrix does not count \(samples) pictures"
        }
      }
      if let reliability, !areCounts(reliability.map(\.count)) {
        return "bins of confidence do not count \(samples) pictures"
      }
      return nil
    }

    /// Whether numbers are none below 0 and add up to at most ``samples``, without overflow.
    private func areCounts(_ numbers: some Sequence<Int>) -> Bool {
      var left = samples
      for number in numbers {
        guard (0...).contains(number), number <= left else { return false }
        left -= number
      }
      return true
    }
  }
}
