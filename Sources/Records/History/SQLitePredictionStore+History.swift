import Foundation
import GRDB

extension SQLitePredictionStore {
  /// The picture of a record; `nil` when there is no such record, or none was kept with it.
  public func picture(id: String) async throws(RecordsError) -> [UInt8]? {
    try await read { database in
      try Data.fetchOne(
        database,
        sql: """
          SELECT pixels FROM prediction_pictures
          WHERE number = (SELECT picture FROM predictions WHERE id = ?)
          """, arguments: [id]
      ).map { [UInt8]($0) }
    }
  }

  /// The newest records that a filter lets through.
  public func page(
    matching filter: PredictionFilter, after cursor: PredictionCursor?, limit: Int
  ) async throws(RecordsError) -> PredictionPage {
    try await read { database in
      try HistoryReader(source: SQLiteHistorySource(database: database), filter: filter)
        .page(after: cursor, limit: limit)
    }
  }

  /// Notes the true class of a prediction, or with `nil` that it is not known.
  public func setLabel(
    _ label: String?, id: String
  ) async throws(RecordsError) -> PredictionRecord? {
    do {
      return try await pool.write { [facets] database in
        guard
          var record = try Row.fetchOne(database, sql: HistorySQL.record, arguments: [id])
            .map(PredictionRow.record)
        else { return nil }
        record.trueLabel = label
        let facet = try facets.number(of: Facet(record), in: database)
        try database.execute(
          sql: "UPDATE predictions SET true_label = ?, facet = ? WHERE id = ?",
          arguments: [label, facet, id])
        return record
      }
    } catch {
      facets.forget()
      throw Self.recordsError(error)
    }
  }
}
