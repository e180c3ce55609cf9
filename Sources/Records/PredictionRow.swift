import Classification
import Files
import Foundation
import GRDB

/// How a record becomes a row of SQLite, and a row a record.
enum PredictionRow {
  /// Adds a row that whoever adds it counts too; see ``GroupCounts``.
  static let insert = """
    INSERT INTO predictions (
      id, created_at, request_id, filename, model_used, model_version, predicted_class, confidence,
      inference_time_ms, top_k, uncertain, preprocess, client_key_id, image_sha256, true_label,
      garment, facet, picture, counted
    ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
    ON CONFLICT (id) DO NOTHING
    """

  static let insertPicture = "INSERT INTO prediction_pictures (pixels) VALUES (?)"

  /// Appends the values of ``insert``.
  ///
  /// - Parameters:
  ///   - facet: The number of the record's facet.
  ///   - picture: The number of its picture, if it has one.
  static func append(
    _ record: PredictionRecord, facet: Int64, picture: Int64?, to values: inout StatementValues
  ) {
    values.append(record.id)
    values.append(Timestamp.text(record.createdAt))
    values.append(record.requestID)
    values.append(record.filename)
    values.append(record.modelUsed)
    values.append(record.modelVersion)
    values.append(record.predictedClass)
    values.append(record.confidence)
    values.append(record.inferenceTimeMilliseconds)
    values.append(encode(record.topK))
    values.append(record.isUncertain)
    values.append(record.preprocess)
    values.append(record.clientKeyID)
    values.append(record.imageSHA256)
    if let label = record.trueLabel { values.append(label) } else { values.appendNull() }
    values.append(record.isGarment)
    values.append(facet)
    if let picture { values.append(picture) } else { values.appendNull() }
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

  static func encode(_ scores: [ClassScore]) -> String {
    var json = JSONWriter(capacity: 192)
    json.beginArray()
    for score in scores {
      json.beginObject()
      json.member("class", score.name)
      json.member("confidence", score.confidence)
      json.endObject()
    }
    json.endArray()
    return json.text
  }
}
