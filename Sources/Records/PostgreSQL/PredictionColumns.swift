import Classification
import Foundation
import PostgreSQL

/// How records become columns of PostgreSQL, and rows records.
enum PredictionColumns {
  private static let columns: [(name: String, type: String)] = [
    ("id", "uuid"), ("created_at", "timestamptz"), ("request_id", "text"), ("filename", "text"),
    ("model_used", "text"), ("model_version", "text"), ("predicted_class", "text"),
    ("confidence", "float8"), ("inference_time_ms", "float8"), ("top_k", "jsonb"),
    ("uncertain", "boolean"), ("garment", "boolean"), ("preprocess", "text"),
    ("client_key_id", "text"), ("image_sha256", "text"), ("true_label", "text"),
    ("facet", "bigint"),
  ]

  /// The columns by name. A server that is running has prepared its statements, and PostgreSQL refuses those
  /// with a star once the server of a next version has added a column.
  static let names = columns.map(\.name).joined(separator: ", ")

  private static let insert: String = {
    let types = (columns.map(\.type) + ["bytea"]).enumerated()
      .map { "$\($0.offset + 1)::\($0.element)[]" }.joined(separator: ", ")
    return """
      WITH given AS (
        SELECT * FROM unnest(\(types)) AS given (\(names), pixels)
      ), stored AS (
        INSERT INTO predictions (\(names)) SELECT \(names) FROM given
        ON CONFLICT (id) DO NOTHING RETURNING id
      ), pictures AS (
        INSERT INTO prediction_pictures (id, pixels)
        SELECT id, pixels FROM given JOIN stored USING (id) WHERE pixels IS NOT NULL
      )
      SELECT id FROM stored
      """
  }()

  /// The statement that stores records with their pictures, and returns the identities of those that were
  /// not there yet.
  ///
  /// - Parameter facets: The numbers of the records' facets.
  static func insert(_ inserts: [PredictionInsert], facets: [Int64]) -> PostgresStatement {
    let records = inserts.map(\.record)
    func column(_ value: (PredictionRecord) -> String?) -> String {
      PostgresText.array(records.map(value))
    }
    func text(_ path: KeyPath<PredictionRecord, String>) -> String {
      column { PostgresText.text($0[keyPath: path]) }
    }
    return PostgresStatement(
      insert,
      [
        column(\.id), column { Timestamp.text($0.createdAt) }, text(\.requestID), text(\.filename),
        text(\.modelUsed), text(\.modelVersion), text(\.predictedClass),
        column { "\($0.confidence)" }, column { "\($0.inferenceTimeMilliseconds)" },
        column { PostgresText.text(PredictionRow.encode($0.topK)) },
        column { "\($0.isUncertain)" }, column { "\($0.isGarment)" }, text(\.preprocess),
        text(\.clientKeyID), text(\.imageSHA256), column { $0.trueLabel.map(PostgresText.text) },
        PostgresText.array(facets.map { String($0) }),
        PostgresText.array(inserts.map { $0.picture.map(PostgresText.bytes) }),
      ])
  }
}

extension PredictionRecord {
  /// The records of an answer.
  static func all(in answer: PostgresRows) throws(PostgresError) -> [PredictionRecord] {
    try answer.rows.map { row throws(PostgresError) in try PredictionRecord(row) }
  }

  init(_ row: PostgresRow) throws(PostgresError) {
    guard let createdAt = Timestamp.stored(try row.text("created_at")),
      let topK = try? JSONDecoder().decode(
        [ClassScore].self, from: Data(try row.text("top_k").utf8))
    else {
      throw .unexpected(reason: "a prediction cannot be read")
    }
    self.init(
      id: try row.text("id"), createdAt: createdAt, requestID: try row.text("request_id"),
      filename: try row.text("filename"), modelUsed: try row.text("model_used"),
      modelVersion: try row.text("model_version"), predictedClass: try row.text("predicted_class"),
      confidence: try row.number("confidence"),
      inferenceTimeMilliseconds: try row.number("inference_time_ms"), topK: topK,
      isUncertain: try row.flag("uncertain"), isGarment: try row.flag("garment"),
      preprocess: try row.text("preprocess"), clientKeyID: try row.text("client_key_id"),
      imageSHA256: try row.text("image_sha256"), trueLabel: try row.optional("true_label"))
  }
}
