import Classification
import Files
import Foundation
import GRDB

/// How a record becomes a row of SQLite, and a row a record.
enum PredictionRow {
  /// The columns of ``record(_:)``, in its order.
  static let columns = """
    id, created_at, request_id, filename, model_used, model_version, predicted_class, confidence, \
    inference_time_ms, top_k, uncertain, preprocess, client_key_id, image_sha256, true_label, garment
    """

  /// Adds a row that whoever adds it counts too; see ``GroupCounts``.
  static let insert = """
    INSERT INTO predictions (\(columns), facet, picture, counted)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
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

  /// The record in a row of ``columns``, which are found by their place: by name, that would take longer than
  /// SQLite takes to find the row.
  static func record(_ row: Row) throws -> PredictionRecord {
    guard let createdAt = Timestamp.stored(row[1]) else {
      throw DatabaseError(message: "the time of a prediction cannot be read")
    }
    return PredictionRecord(
      id: row[0], createdAt: createdAt, requestID: row[2], filename: row[3], modelUsed: row[4],
      modelVersion: row[5], predictedClass: row[6], confidence: row[7],
      inferenceTimeMilliseconds: row[8],
      topK: try JSONDecoder().decode([ClassScore].self, from: Data((row[9] as String).utf8)),
      isUncertain: row[10], isGarment: row[15], preprocess: row[11], clientKeyID: row[12],
      imageSHA256: row[13], trueLabel: row[14])
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
