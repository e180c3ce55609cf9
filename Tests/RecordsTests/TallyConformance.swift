import Dataset
import Foundation
import GRDB
import PostgreSQL
import Testing

@testable import Records

/// What the counts of minutes and hours must be, whatever happens to the predictions.
struct TallyConformance {
  let store: any PredictionDatabase

  /// Records of four hours.
  static func records() throws -> [PredictionRecord] {
    var generator = SeededGenerator(seed: 5)
    var time = try #require(Timestamp.date("2026-11-24T07:59:50Z"))
    return RandomHistory.records(500, versions: 2, using: &generator).map { record in
      var record = record
      time += Double.random(in: 0..<60, using: &generator).rounded()
      record.createdAt = time
      record.id = RecordID.make(at: time, using: &generator)
      record.confidence =
        [record.confidence, 0, 1, 14.0 / 15].randomElement(using: &generator) ?? 1
      return record
    }
  }

  /// They follow predictions that are stored, labelled, labelled otherwise, and removed.
  func countsAsAnArrayDoes(_ span: TallySpan) async throws {
    var records = try Self.records()
    for record in records { try await store.insert(record) }
    try await check(records, span)
    for index in stride(from: 0, to: records.count, by: 3) {
      records[index].trueLabel = index % 2 == 0 ? "Bag" : nil
      _ = try await store.setLabel(records[index].trueLabel, id: records[index].id)
    }
    try await check(records, span)
    let middle = records[200].createdAt
    _ = try await store.removePredictions(before: middle)
    records.removeAll { $0.createdAt < middle }
    try await check(records, span)
    #expect(try await emptyCounts() == 0)
  }

  /// How many counts are kept that count nothing.
  private func emptyCounts() async throws -> Int? {
    let query = "SELECT count(*) AS count FROM prediction_tallies WHERE predictions <= 0"
    if let store = store as? PostgresPredictionStore {
      return try await store.pool.query(query).rows.first?.number("count")
    }
    let sqlite = try #require(store as? SQLitePredictionStore)
    return try await sqlite.read { try Int.fetchOne($0, sql: query) }
  }

  func check(_ records: [PredictionRecord], _ span: TallySpan) async throws {
    for second in ["07:00:00", "08:30:31", "09:00:00", "10:59:59", "23:00:00"] {
      let time = try #require(Timestamp.date("2026-11-24T\(second)Z"))
      let found = try await store.tallies(since: time, by: span)
      let start = Double(Int(time.timeIntervalSince1970) / span.seconds * span.seconds)
      #expect(found.start == Date(timeIntervalSince1970: start))
      #expect(Set(found.tallies) == Self.tallies(of: records, since: found.start), "\(second)")
      #expect(Set(found.tallies).count == found.tallies.count)
    }
  }

  private static func tallies(
    of records: [PredictionRecord], since start: Date
  ) -> Set<PredictionTally> {
    var counts: [PredictionTally: Int] = [:]
    for record in records where record.createdAt >= start {
      let bin = min(Int(record.confidence * 15), 14)
      counts[
        PredictionTally(
          engine: record.modelUsed, modelVersion: record.modelVersion,
          predictedClass: record.predictedClass, trueLabel: record.trueLabel,
          isUncertain: record.isUncertain, isGarment: record.isGarment, confidenceBin: bin,
          count: 0), default: 0] += 1
    }
    return Set(
      counts.map { tally, count in
        var tally = tally
        tally.count = count
        return tally
      })
  }
}
