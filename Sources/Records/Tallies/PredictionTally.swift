/// How many predictions of some time are alike in all that monitoring asks for.
public struct PredictionTally: Sendable, Hashable {
  /// The engine, by its display name.
  public var engine: String
  /// The name of the model version.
  public var modelVersion: String
  /// The class that was found.
  public var predictedClass: String
  /// The true class, when somebody has said so.
  public var trueLabel: String?
  /// Whether the answer was "not sure".
  public var isUncertain: Bool
  /// Whether the pictures looked like garments.
  public var isGarment: Bool
  /// The interval their confidence lies in: one of ``binCount`` equally wide ones from 0 to 1, counted
  /// from 0.
  public var confidenceBin: Int
  /// How many there are.
  public var count: Int

  /// Intervals of confidence: those of the calibration error, so that both can be compared.
  public static let binCount = 15

  /// Creates a tally.
  public init(
    engine: String, modelVersion: String, predictedClass: String, trueLabel: String? = nil,
    isUncertain: Bool = false, isGarment: Bool = true, confidenceBin: Int, count: Int
  ) {
    self.engine = engine
    self.modelVersion = modelVersion
    self.predictedClass = predictedClass
    self.trueLabel = trueLabel
    self.isUncertain = isUncertain
    self.isGarment = isGarment
    self.confidenceBin = confidenceBin
    self.count = count
  }
}
