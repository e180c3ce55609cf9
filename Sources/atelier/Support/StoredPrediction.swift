import Classification
import Foundation
import Records

/// A stored prediction as the command line shows it, with the names of the service's answers.
struct StoredPrediction: Encodable {
  private let record: PredictionRecord

  init(_ record: PredictionRecord) {
    self.record = record
  }

  /// One line: time, identity, class, confidence, engine, version, file, and what is known of the
  /// truth.
  static func line(_ record: PredictionRecord) -> String {
    let doubt = !record.isGarment ? " (no garment?)" : record.isUncertain ? " (not sure)" : ""
    let label = record.trueLabel.map { "  is: \($0)" } ?? ""
    return [
      Timestamp.text(record.createdAt), record.id, record.predictedClass,
      record.confidence.percent + doubt, record.modelUsed, record.modelVersion,
      record.filename + label,
    ].joined(separator: "  ")
  }

  private enum CodingKeys: String, CodingKey {
    case id, model, garment, uncertain, preprocess, filename, confidence
    case predictedClass = "class"
    case inferenceTime = "inference_time_ms"
    case modelVersion = "model_version"
    case topK = "top_k"
    case createdAt = "created_at"
    case requestID = "request_id"
    case clientKeyID = "client_key_id"
    case imageSHA256 = "image_sha256"
    case trueLabel = "true_label"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(record.id, forKey: .id)
    try container.encode(Timestamp.text(record.createdAt), forKey: .createdAt)
    try container.encode(record.filename, forKey: .filename)
    try container.encode(record.modelUsed, forKey: .model)
    try container.encode(record.modelVersion, forKey: .modelVersion)
    try container.encode(record.predictedClass, forKey: .predictedClass)
    try container.encode(record.confidence.rounded(decimals: 4), forKey: .confidence)
    try container.encode(
      record.inferenceTimeMilliseconds.rounded(decimals: 3), forKey: .inferenceTime)
    try container.encode(record.topK, forKey: .topK)
    try container.encode(record.isUncertain, forKey: .uncertain)
    try container.encode(record.isGarment, forKey: .garment)
    try container.encode(record.preprocess, forKey: .preprocess)
    try container.encode(record.requestID, forKey: .requestID)
    try container.encode(record.clientKeyID, forKey: .clientKeyID)
    try container.encode(record.imageSHA256, forKey: .imageSHA256)
    try container.encode(record.trueLabel, forKey: .trueLabel)
  }
}
