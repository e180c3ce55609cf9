import Foundation
import GRDB

/// What records that are stored in one transaction add to the counts, summed up so that each count is
/// changed once: the rows of a busy minute change the same few.
///
/// Their rows are marked as counted, so that the triggers leave them alone; see `SQLiteSchema`.
struct GroupCounts {
  private struct Key: Hashable {
    /// Minutes since 1970.
    let minute: Int
    let facet: Int64
    let isGarment: Bool
    let bin: Int
  }

  private static let addToFacet =
    "UPDATE prediction_facets SET predictions = predictions + ? WHERE facet = ?"

  private var counts: [Key: Int] = [:]

  /// Notes a record that was added.
  mutating func add(_ record: PredictionRecord, facet: Int64) {
    let key = Key(
      minute: Timestamp.milliseconds(of: record.createdAt) / 60_000, facet: facet,
      isGarment: record.isGarment, bin: Self.bin(of: record.confidence))
    counts[key, default: 0] += 1
  }

  /// Adds what was noted to the counts. Call it in the transaction that adds the records.
  func store(in database: Database) throws {
    var facets: [Int64: Int] = [:]
    var hours: [Key: Int] = [:]
    for (key, count) in counts {
      facets[key.facet, default: 0] += count
      let hour = Key(
        minute: key.minute / 60 * 60, facet: key.facet, isGarment: key.isGarment, bin: key.bin)
      hours[hour, default: 0] += count
      try Self.add(count, to: key, of: .minute, in: database)
    }
    for (key, count) in hours { try Self.add(count, to: key, of: .hour, in: database) }
    for (facet, count) in facets {
      try database.cachedStatement(sql: Self.addToFacet).execute { values in
        values.append(Int64(count))
        values.append(facet)
      }
    }
  }

  private static func add(
    _ count: Int, to key: Key, of span: TallySpan, in database: Database
  ) throws {
    try database.cachedStatement(sql: TallySchema.add).execute { values in
      values.append(Int64(span.rawValue))
      values.append(span.period(of: Timestamp.date(milliseconds: key.minute * 60_000)))
      values.append(key.facet)
      values.append(key.isGarment)
      values.append(Int64(key.bin))
      values.append(Int64(count))
    }
  }

  /// The interval a confidence lies in, as the triggers find it.
  private static func bin(of confidence: Double) -> Int {
    let last = PredictionTally.binCount - 1
    return Int(exactly: (confidence * Double(PredictionTally.binCount)).rounded(.towardZero))
      .map { min($0, last) } ?? last
  }
}
