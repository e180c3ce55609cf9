import Dataset
import Foundation
import GRDB
import Testing

@testable import Records

/// What zones say of their predictions, and how much that spares a page.
@Suite struct ZoneTests {
  @Test(arguments: [
    "IMG_0001.JPG", "a", "靴子 🥾.webp", "ÉTÉ.png", "100%.png", "İstanbul.png", "\u{212A}elvin", "",
  ])
  func aNameHasTheGramsOfItsParts(name: String) throws {
    var grams = NameGrams()
    for other in ["other.png", name, "靴.jpg"] { grams.insert(other) }
    let bytes = try #require(grams.bytes)
    let scalars = Array(name.unicodeScalars)
    for start in scalars.indices {
      for end in start...scalars.count {
        var part = ""
        part.unicodeScalars.append(contentsOf: scalars[start..<end])
        for text in [part, part.lowercased(), part.uppercased()]
        where text == part || name.allSatisfy(\.isASCII) {
          #expect(bytes.withUnsafeBytes { NameGrams.contain($0, NameGrams.hashes(of: text)) })
        }
      }
    }
  }

  @Test func aNameThatIsNotThereIsMissed() throws {
    var grams = NameGrams()
    for number in 0..<2_048 { grams.insert("IMG_\(number).jpg") }
    let bytes = try #require(grams.bytes)
    #expect(bytes.count < 2 * 2_000)
    let absent = ["rare", "nowhere", "boot", "png", "DSC", "0.j_", "靴", "é"]
    let missed = absent.filter { text in
      !bytes.withUnsafeBytes { NameGrams.contain($0, NameGrams.hashes(of: text)) }
    }
    #expect(missed == absent)
  }

  @Test func namesThatAreTooVariedSayNothing() {
    var generator = SeededGenerator(seed: 4)
    var grams = NameGrams()
    for _ in 0..<2_000 {
      var name = ""
      for _ in 0..<8 {
        name.unicodeScalars.append(
          Unicode.Scalar(UInt16.random(in: 0x4E00...0x9FFF, using: &generator)) ?? "a")
      }
      grams.insert(name)
    }
    #expect(grams.bytes == nil)
  }

  @Test func aGreaterConfidenceHasNoLesserCode() {
    var generator = SeededGenerator(seed: 5)
    var values = (0..<1_000).map { _ in Double.random(in: 0...1, using: &generator) }
    values += [0, 1, 1.nextDown, 0.5, 0.999_999, .leastNonzeroMagnitude, 1.5, -1]
    values.sort()
    let codes = values.map(ZoneSummary.code)
    #expect(codes == codes.sorted())
    #expect(codes.last == .max)
    #expect(ZoneSummary.code(0.999_999) < ZoneSummary.code(1))
  }

  @Test func findsFacetsByNumberAndConfidence() throws {
    let rows = [(3, 0.5), (3, 0.9), (70_000, 0.2), (5, 1)].map {
      ZoneRow(id: "", facet: $0, confidence: $1, filename: "boot.png")
    }
    let summary = ZoneSummary(rows)
    func facets(_ facets: [Int64]?, _ edit: (inout PredictionFilter) -> Void = { _ in }) -> [Int64]
    {
      var filter = PredictionFilter()
      edit(&filter)
      // A prediction of facet 255 came late, with a confidence of nearly 1.
      let changes = Array("000000ffffffff00".utf8)
      return summary.facets.withUnsafeBytes { known in
        changes.withUnsafeBytes { changes in
          (summary.names ?? []).withUnsafeBytes { names in
            ZoneSearch(filter, facets: facets).facets(in: known, changes: changes, names: names)
          }
        }
      }
    }
    #expect(facets(nil) == [3, 5, 70_000, 255])
    #expect(facets([3, 4, 255, 100_000]) == [3, 255])
    #expect(facets([]) == [])
    #expect(facets(nil) { $0.minimumConfidence = 0.9 } == [3, 5, 255])
    #expect(facets(nil) { $0.minimumConfidence = 0.95 } == [5, 255])
    #expect(facets(nil) { $0.minimumConfidence = 1 } == [5])
    #expect(facets([70_000]) { $0.minimumConfidence = 0.3 } == [])
    #expect(facets([3]) { $0.filename = "BOOT" } == [3])
    #expect(facets([3]) { $0.filename = "boat" } == [])
  }

  /// Of 40 zones only those are looked at that have something.
  @Test func looksOnlyWhereSomethingIs() throws {
    let database = try DatabaseQueue()
    try SQLiteSchema.migrator.migrate(database)
    let rare = [311, 1_000, 1_001]
    try database.write { database in
      let facets = FacetNumbers()
      var counts = GroupCounts()
      for index in 0..<1_300 {
        let isRare = rare.contains(index)
        var record = PredictionRecord.sample(
          at: Date(timeIntervalSince1970: 1_790_000_000 + Double(index)),
          filename: isRare ? "Boot.png" : "IMG_\(index % 10).jpg")
        record.confidence = isRare ? 0.999 : 0.9
        // More facets than are merged without a look at zones.
        record.modelVersion = "v\(index % 20)"
        let facet = try facets.number(of: Facet(record), in: database)
        try database.cachedStatement(sql: PredictionRow.insert).execute { values in
          PredictionRow.append(record, facet: facet, picture: nil, to: &values)
        }
        counts.add(record, facet: facet)
      }
      try counts.store(in: database)
      let zones = SQLiteZones(database: database, layout: ZoneLayout(size: 32, margin: 8))
      while try zones.makeNext() != .done {}
    }
    var filters = [PredictionFilter](repeating: PredictionFilter(), count: 4)
    filters[0].filename = "oot"
    filters[1].minimumConfidence = 0.99
    filters[2].filename = "boot"
    filters[2].predictedClass = PredictionRecord.sample().predictedClass
    filters[3].filename = "nowhere"
    for (number, filter) in filters.enumerated() {
      let (page, looks) = try database.read { database in
        let source = CountingSource(of: SQLiteHistorySource(database: database))
        let reader = HistoryReader(source: source, filter: filter, scanTime: .seconds(600))
        return (try reader.page(after: nil, limit: 10), source.looks)
      }
      #expect(page.records.count == (number == 3 ? 0 : 3))
      #expect(page.next == nil)
      // Both of 1,000 and 1,001 are in one zone; those in no zone are looked at in one go.
      #expect(looks == (number == 3 ? 1 : 3), "\(filter)")
    }
  }
}

/// Counts how often predictions are looked at.
private final class CountingSource: HistorySource {
  private let source: SQLiteHistorySource
  private(set) var looks = 0

  init(of source: SQLiteHistorySource) {
    self.source = source
  }

  var mergeLimit: Int { source.mergeLimit }

  func passZones(
    in bounds: HistoryBounds, _ search: ZoneSearch, _ body: (HistoryZone) throws -> Bool
  ) throws { try source.passZones(in: bounds, search, body) }

  func facets(_ filter: PredictionFilter) throws -> [Int64] { try source.facets(filter) }

  func floor(_ filter: PredictionFilter, in bounds: HistoryBounds, count: Int) throws -> String? {
    try source.floor(filter, in: bounds, count: count)
  }

  func floor(of facets: [Int64], in bounds: HistoryBounds, count: Int) throws -> String? {
    try source.floor(of: facets, in: bounds, count: count)
  }

  func newest(
    _ count: Int, _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    looks += 1
    return try source.newest(count, filter, in: bounds)
  }

  func newest(
    _ count: Int, of facets: [Int64], _ filter: PredictionFilter, in bounds: HistoryBounds
  ) throws -> [PredictionRecord] {
    looks += 1
    return try source.newest(count, of: facets, filter, in: bounds)
  }
}
