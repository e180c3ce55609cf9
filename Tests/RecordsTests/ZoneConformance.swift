import Dataset
import Foundation
import GRDB
import PostgreSQL
import Testing

@testable import Records

/// What every store must do with zones: they change how a page is found, never what is on it.
struct ZoneConformance {
  let store: any PredictionDatabase

  /// So small that a few hundred predictions make many of them.
  private static let layout = ZoneLayout(size: 32, margin: 8)

  func filtersAsAnArrayDoes() async throws {
    var generator = SeededGenerator(seed: 21)
    var records = RandomHistory.records(500, versions: 3, using: &generator)
    let late = Set((0..<40).map { _ in Int.random(in: 0..<450, using: &generator) })
    try await insert(records.enumerated().filter { !late.contains($0.offset) }.map(\.element))
    try await makeZones()
    #expect(try await zoneCount() >= 10)
    #expect(try await spoiltCount() == 0)

    // Those that come late, and labels that change.
    try await insert(late.map { records[$0] })
    for _ in 0..<60 {
      let index = Int.random(in: 0..<records.count, using: &generator)
      let label = RandomHistory.classes.randomElement(using: &generator)
      let changed = try await store.setLabel(label, id: records[index].id)
      records[index] = try #require(changed)
    }
    #expect(try await spoiltCount() > 0)
    try await check(records, 80, &generator)

    try await makeZones()
    #expect(try await spoiltCount() == 0)
    try await check(records, 80, &generator)
  }

  /// Zones are made at every moment, of the very predictions that are being stored.
  func missesNothingThatIsStoredMeanwhile() async throws {
    var generator = SeededGenerator(seed: 22)
    var records = RandomHistory.records(600, versions: 2, using: &generator)
    let order = records.indices.shuffled(using: &generator)
    let layout = ZoneLayout(size: 16, margin: 1)
    let maker = Task {
      while !Task.isCancelled { try await store.makeZones(layout) }
    }
    try await withThrowingTaskGroup(of: PredictionRecord?.self) { group in
      for (turn, index) in order.enumerated() {
        let record = records[index]
        group.addTask {
          try await store.insert(record)
          return turn % 7 == 0 ? try await store.setLabel("Bag", id: record.id) : nil
        }
        if turn >= 16, let changed = try await group.next() ?? nil {
          note(changed, in: &records)
        }
      }
      for try await case let changed? in group { note(changed, in: &records) }
    }
    maker.cancel()
    _ = await maker.result
    try await store.makeZones(layout)
    #expect(try await zoneCount() > 25)
    try await check(records, 80, &generator)
  }

  func removesZonesWithTheirPredictions() async throws {
    var generator = SeededGenerator(seed: 23)
    let records = RandomHistory.records(400, versions: 2, using: &generator)
    try await insert(records)
    try await makeZones()
    let before = try await zoneCount()
    let bound = records[200].createdAt
    _ = try await store.removePredictions(before: bound)
    #expect(try await zoneCount() < before - 4)
    // What is older than all zones is in none, and found all the same.
    let rest = records.filter { $0.createdAt >= bound } + records[..<20]
    try await insert(Array(records[..<20]))
    try await check(rest, 60, &generator)
    try await makeZones()
    try await check(rest, 60, &generator)
  }

  /// A zone that changes more often than is noted is looked at, until it is made again.
  func givesUpFacetsThatChangeTooOften() async throws {
    var generator = SeededGenerator(seed: 24)
    var records = RandomHistory.records(60, versions: 1, using: &generator)
    try await insert(records)
    try await makeZones()
    for turn in 0...ZoneSchema.changeLimit {
      let label = RandomHistory.classes[turn % 3]
      records[3] = try #require(try await store.setLabel(label, id: records[3].id))
    }
    #expect(try await unknownCount() == 1)
    try await check(records, 60, &generator)
  }

  private func note(_ changed: PredictionRecord, in records: inout [PredictionRecord]) {
    if let index = records.firstIndex(where: { $0.id == changed.id }) { records[index] = changed }
  }

  private func insert(_ records: [PredictionRecord]) async throws {
    for result in await store.insert(records.map { PredictionInsert($0, picture: nil) }) {
      try result.get()
    }
  }

  private func check(
    _ records: [PredictionRecord], _ rounds: Int, _ generator: inout SeededGenerator
  ) async throws {
    let newestFirst = records.sorted { $0.id > $1.id }
    for _ in 0..<rounds {
      let filter = RandomHistory.filter(for: records, using: &generator)
      let expected = newestFirst.filter { filter.accepts($0) }
      let size = [7, 50, 1_000].randomElement(using: &generator) ?? 1
      var pages = PredictionPages(of: store, matching: filter, size: size)
      var found: [PredictionRecord] = []
      while let page = try await pages.next() { found += page }
      #expect(found == expected, "\(filter), \(size)")
    }
  }

  private func makeZones() async throws { try await store.makeZones(Self.layout) }

  private func zoneCount() async throws -> Int { try await store.zoneCount("true") }

  private func spoiltCount() async throws -> Int { try await store.zoneCount("late > 0") }

  private func unknownCount() async throws -> Int { try await store.zoneCount("facets IS NULL") }
}

extension PredictionDatabase {
  /// Makes all zones that are missing or were spoilt.
  func makeZones(_ layout: ZoneLayout) async throws {
    switch self {
    case let store as SQLitePredictionStore: try await store.makeZones(layout)
    case let store as PostgresPredictionStore: try await store.makeZones(layout)
    default: Issue.record("a store without zones")
    }
  }

  /// How many zones meet a condition.
  func zoneCount(_ condition: String) async throws -> Int {
    let sql = "SELECT count(*) AS count FROM prediction_zones WHERE \(condition)"
    switch self {
    case let store as SQLitePredictionStore:
      return try await store.read { try Int.fetchOne($0, sql: sql) ?? 0 }
    case let store as PostgresPredictionStore:
      return try await store.pool.query(sql).rows.first?.number("count") ?? 0
    default: return 0
    }
  }
}
