public import Classification
public import Dataset

/// Whether a new version may take the place of the one that is served.
///
/// It may when it is not worse: when, on pictures that neither learned from, no McNemar test finds at
/// the level ``significance`` that it comes off worse than the version that is served. That is less than
/// being better: a version that is as good, or worse by so little that the pictures cannot show it, may
/// be served too.
public struct PromotionVerdict: Sendable, Hashable, Codable {
  /// The probability, for each set of pictures, that a version as good as the served one is refused.
  public static let significance = 0.05
  /// The fewest pictures with which the test can refuse anything: 0.5 to the power of 5 is below
  /// ``significance``, 0.5 to the power of 4 is not.
  public static let leastPictures = 5

  /// What was decided.
  public enum Decision: String, Sendable, Codable {
    /// The new version is not worse.
    case notWorse = "not_worse"
    /// The new version is worse.
    case worse
    /// The versions have different classes, so that nothing says which is better.
    case otherClasses = "other_classes"
    /// There are too few pictures to tell.
    case tooFewPictures = "too_few_pictures"
    /// No version is served that the new one could be compared with.
    case nothingServed = "nothing_served"
  }

  /// How both versions did on one set of pictures.
  public struct Comparison: Sendable, Hashable, Codable {
    /// What the pictures are: `held-out` or `validation`.
    public let name: String
    /// How many there are.
    public let pictures: Int
    /// The share that the served version got right, from 0 to 1.
    public let servedAccuracy: Double
    /// The share that the new version got right, from 0 to 1.
    public let newAccuracy: Double
    /// The pictures that only one of them got right; the served version is the first.
    public let test: McNemarTest
    /// The probability of so many pictures that only one got right, either way, if both are equally
    /// good.
    public let pValue: Double
    /// The probability that the new version comes off so badly if both are equally good.
    public let pValueOfWorse: Double

    private enum CodingKeys: String, CodingKey {
      case name, pictures, test
      case servedAccuracy = "served_accuracy"
      case newAccuracy = "new_accuracy"
      case pValue = "p_value"
      case pValueOfWorse = "p_value_worse"
    }

    /// Compares two versions' logits for the same pictures.
    ///
    /// - Precondition: there are as many logits of each as pictures.
    public init(name: String, images: LabelledImages, served: [Logits], new: [Logits]) {
      let right = { (logits: [Logits]) in
        zip(logits, images.labels).map { $0.argmax == Int($1) }
      }
      let (first, second) = (right(served), right(new))
      let share = { (answers: [Bool]) in
        Double(answers.count(where: \.self)) / Double(max(answers.count, 1))
      }
      self.name = name
      pictures = images.count
      servedAccuracy = share(first)
      newAccuracy = share(second)
      test = McNemarTest(first: first, second: second)
      pValue = test.pValue
      pValueOfWorse = test.pValueOfSecondWorse
    }

    /// Whether the new version comes off worse than chance explains.
    public var isWorse: Bool { pValueOfWorse < PromotionVerdict.significance }
  }

  /// What was decided.
  public let decision: Decision
  /// The version that was served; `nil` when there was none.
  public let served: String?
  /// How both did on each set of pictures.
  public let comparisons: [Comparison]

  /// Decides by comparisons.
  ///
  /// - Parameter comparisons: One for each set of pictures, the user's held-out ones first.
  public init(served: String, comparisons: [Comparison]) {
    self.served = served
    self.comparisons = comparisons
    if comparisons.contains(where: \.isWorse) {
      decision = .worse
    } else if (comparisons.first?.pictures ?? 0) < Self.leastPictures {
      decision = .tooFewPictures
    } else {
      decision = .notWorse
    }
  }

  private init(_ decision: Decision, served: String?) {
    self.decision = decision
    self.served = served
    comparisons = []
  }

  /// The verdict on a version whose classes are others than those of the served one.
  public static func otherClasses(served: String) -> PromotionVerdict {
    PromotionVerdict(.otherClasses, served: served)
  }

  /// The verdict on a version beside which there is none.
  public static let nothingServed = PromotionVerdict(.nothingServed, served: nil)

  /// Whether the version may be promoted without anybody looking at it.
  public var allowsPromotion: Bool { decision == .notWorse || decision == .nothingServed }

  /// The verdict in a sentence.
  public var explanation: String {
    switch decision {
    case .notWorse: "it is not worse than \(served ?? "")"
    case .worse: "it is worse than \(served ?? ""), by more than chance explains"
    case .otherClasses:
      "it has other classes than \(served ?? ""), so the two cannot be compared; promote it by hand if "
        + "you mean to"
    case .tooFewPictures:
      "fewer than \(Self.leastPictures) pictures were held out, too few to tell; promote it by hand if "
        + "you mean to"
    case .nothingServed: "no version is served yet"
    }
  }
}
