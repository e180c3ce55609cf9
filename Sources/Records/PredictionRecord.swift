public import Classification
public import Foundation

/// A prediction as it is kept: what was asked, by whom, and what the model said.
public struct PredictionRecord: Sendable, Hashable {
  /// The record's identity, which sorts by the time it was made; see ``RecordID``.
  public var id: String
  /// When the prediction was made; kept to the millisecond.
  public var createdAt: Date
  /// The identity of the request, as the caller saw it.
  public var requestID: String
  /// The name of the picture's file, as the caller gave it.
  public var filename: String
  /// The engine, by its display name.
  public var modelUsed: String
  /// The name of the model version.
  public var modelVersion: String
  /// The most probable class.
  public var predictedClass: String
  /// Its calibrated probability, from 0 to 1.
  public var confidence: Double
  /// How long the engine took, in milliseconds.
  public var inferenceTimeMilliseconds: Double
  /// The most probable classes, best first.
  public var topK: [ClassScore]
  /// Whether the confidence was below the model's threshold, or the picture no garment's.
  public var isUncertain: Bool
  /// Whether the picture looked like a garment.
  public var isGarment: Bool
  /// The preprocessing that was used.
  public var preprocess: String
  /// The identity of the API key that asked.
  public var clientKeyID: String
  /// SHA-256 of the picture's file, in lowercase hexadecimal.
  public var imageSHA256: String
  /// The true class, when somebody has said so.
  public var trueLabel: String?

  /// Creates a record.
  public init(
    id: String, createdAt: Date, requestID: String, filename: String, modelUsed: String,
    modelVersion: String, predictedClass: String, confidence: Double,
    inferenceTimeMilliseconds: Double, topK: [ClassScore], isUncertain: Bool,
    isGarment: Bool = true,
    preprocess: String, clientKeyID: String, imageSHA256: String, trueLabel: String? = nil
  ) {
    self.id = id
    self.createdAt = createdAt
    self.requestID = requestID
    self.filename = filename
    self.modelUsed = modelUsed
    self.modelVersion = modelVersion
    self.predictedClass = predictedClass
    self.confidence = confidence
    self.inferenceTimeMilliseconds = inferenceTimeMilliseconds
    self.topK = topK
    self.isUncertain = isUncertain
    self.isGarment = isGarment
    self.preprocess = preprocess
    self.clientKeyID = clientKeyID
    self.imageSHA256 = imageSHA256
    self.trueLabel = trueLabel
  }
}
