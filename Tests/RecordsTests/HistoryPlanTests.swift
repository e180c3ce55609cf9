import Foundation
import GRDB
import Testing

@testable import Records

/// How SQLite means to read the history: by an index, in its order.
@Suite struct HistoryPlanTests {
  private let database: DatabaseQueue

  init() throws {
    database = try DatabaseQueue()
    try SQLiteSchema.migrator.migrate(database)
  }

  private func plan(_ sql: String, _ arguments: StatementArguments) throws -> [String] {
    try database.read { database in
      try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments)
        .map { $0["detail"] }
    }
  }

  private var filters: [PredictionFilter] {
    var filters = (0..<4).map { _ in PredictionFilter() }
    filters[1].minimumConfidence = 0.5
    filters[2].filename = "boot"
    filters[3].minimumConfidence = 0.5
    filters[3].filename = "boot"
    return filters
  }

  @Test func readsThePagesInTheirOrder() throws {
    for filter in filters {
      var filter = filter
      for label in [nil] + LabelState.allCases {
        filter.label = label
        filter.predictedClass = label == nil ? nil : "Bag"
        filter.isUncertain = label == .wrong ? true : nil
        let (conditions, values) = HistorySQL.recordConditions(filter)
        let source = HistorySQL.Source(filter)
        #expect((source == .labelled) == (label != nil && label != .unlabelled))
        let plan = try plan(
          HistorySQL.records(source, conditions), ["b", "a"] + StatementArguments(values) + [51])
        #expect(plan == ["SEARCH predictions USING \(index(source))"])
      }
    }
    let floor = try plan(HistorySQL.floor(.all), ["b", "a", 10])
    #expect(floor == ["SEARCH predictions USING \(index(.all))"])
    let labelled = try plan(HistorySQL.floor(.labelled), ["b", "a", 10])
    #expect(labelled == ["SEARCH predictions USING COVERING \(index(.labelled))"])
  }

  private func index(_ source: HistorySQL.Source) -> String {
    switch source {
    case .all: "PRIMARY KEY (id>? AND id<?)"
    case .labelled: "INDEX predictions_labelled (id>? AND id<?)"
    }
  }

  @Test func readsFacetsByTheirIndexAlone() throws {
    let expected = [
      "SEARCH predictions USING COVERING INDEX predictions_by_facet (facet=? AND id>? AND id<?)"
    ]
    for filter in filters {
      let (conditions, values) = HistorySQL.scanConditions(filter)
      #expect(
        try plan(
          HistorySQL.identities(conditions), [1, "b", "a"] + StatementArguments(values) + [51])
          == expected)
    }
    #expect(try plan(HistorySQL.floorOfFacet, [1, "b", "a", 10]) == expected)
  }

  @Test func findsARecordByItsIdentity() throws {
    #expect(
      try plan(HistorySQL.record, ["a"]) == ["SEARCH predictions USING PRIMARY KEY (id=?)"])
  }

  @Test(arguments: TallySpan.allCases)
  func countsATimeByItsTallies(span: TallySpan) throws {
    let plan = try plan(TallySchema.select, [span.rawValue, "2026-11-24T09"])
    #expect(
      plan.contains("SEARCH prediction_tallies USING PRIMARY KEY (span=? AND period>?)"), "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN prediction") && !$0.contains("facets") }, "\(plan)")
  }

  @Test func passesZonesInTheirOrder() throws {
    for withNames in [false, true] {
      let zones = try plan(ZoneSQL.zones(withNames: withNames), ["b"])
      #expect(zones == ["SEARCH prediction_zones USING PRIMARY KEY (start<?)"])
    }
    #expect(try plan(ZoneSQL.end, []) == ["SCAN prediction_zones"])
    let spoilt = try plan(ZoneSQL.spoilt, [])
    #expect(
      spoilt == ["SEARCH prediction_zones USING INDEX prediction_zones_to_renew (late>?)"])
    let rows = try plan(ZoneSQL.rows, ["a", "b", 10])
    #expect(rows == ["SEARCH predictions USING PRIMARY KEY (id>? AND id<?)"])
  }

  @Test func sortsNoFacets() throws {
    var filter = PredictionFilter()
    filter.predictedClass = "Bag"
    filter.label = .wrong
    let (conditions, values) = HistorySQL.facetConditions(filter)
    #expect(
      try plan(HistorySQL.facets(conditions), StatementArguments(values)) == [
        "SCAN prediction_facets"
      ])
  }
}
