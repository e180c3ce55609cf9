import Classification
import Foundation
import GRDB

/// How a record becomes a row of SQLite, and a row a record.
enum PredictionRow {
  static let insert = """
    INSERT INTO predictions (
      id, created_at, request_id, filename, model_used, model_version, predicted_class, confidence,
      inference_time_ms, top_k, uncertain, preprocess, client_key_id, image_sha256, true_label,
      garment, facet, picture
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO NOTHING
    """

  static let insertPicture = "INSERT INTO prediction_pictures (pixels) VALUES (?)"

  /// - Parameters:
  ///   - facet: The number of the record's facet.
  ///   - picture: The number of its picture, if it has one.
  static func arguments(
    _ record: PredictionRecord, facet: Int64, picture: Int64?
  ) -> StatementArguments {
    [
      record.id, Timestamp.text(record.createdAt), record.requestID, record.filename,
      record.modelUsed, record.modelVersion, record.predictedClass, record.confidence,
      record.inferenceTimeMilliseconds, encode(record.topK), record.isUncertain,
      record.preprocess, record.clientKeyID, record.imageSHA256, record.trueLabel,
      record.isGarment, facet, picture,
    ]
  }

  static func record(_ row: Row) throws -> PredictionRecord {
    guard let createdAt = Timestamp.stored(row["created_at"]) else {
      throw DatabaseError(message: "the time of a prediction cannot be read")
    }
    return PredictionRecord(
      id: row["id"], createdAt: createdAt,
      requestID: row["request_id"], filename: row["filename"], modelUsed: row["model_used"],
      modelVersion: row["model_version"], predictedClass: row["predicted_class"],
      confidence: row["confidence"], inferenceTimeMilliseconds: row["inference_time_ms"],
      topK: try JSONDecoder().decode([ClassScore].self, from: Data((row["top_k"] as String).utf8)),
      isUncertain: row["uncertain"], isGarment: row["garment"], preprocess: row["preprocess"],
      clientKeyID: row["client_key_id"], imageSHA256: row["image_sha256"],
      trueLabel: row["true_label"])
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  static func encode(_ scores: [ClassScore]) -> String {
    // Names and finite numbers always encode.
    guard let data = try? encoder.encode(scores) else { return "[]" }
    return String(decoding: data, as: UTF8.self)
  }
}
