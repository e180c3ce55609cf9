public import Foundation
import GRDB

extension SQLitePredictionStore {
  /// The predictions since a time, counted by what monitoring asks for.
  public func tallies(
    since date: Date, by span: TallySpan
  ) async throws(RecordsError) -> PredictionTallies {
    let tallies = try await read { database in
      try Row.fetchCursor(
        database.cachedStatement(sql: TallySchema.select),
        arguments: [span.rawValue, span.period(of: date)]
      ).map(Self.tally).reduce(into: []) { $0.append($1) }
    }
    return PredictionTallies(start: span.start(of: date), tallies: tallies)
  }

  private static func tally(_ row: Row) -> PredictionTally {
    let label: String = row[3]
    return PredictionTally(
      engine: row[0], modelVersion: row[1], predictedClass: row[2],
      trueLabel: label.isEmpty ? nil : label, isUncertain: row[4], isGarment: row[5],
      confidenceBin: row[6], count: row[7])
  }
}
