import Classification
import Dataset
import Foundation
import OracleSupport
import Testing

@testable import Records

/// Exported files, as Python reads them.
@Suite struct ExportTests {
  private static let names = [
    "boot.png", "=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＠x",
    "'quoted'", "a,b", "\"", "a\"\"b\r\nc", "靴子.png", "été 👕.png", " =1", "<&>", "_x0041_", "",
  ]

  /// Records whose texts are of all kinds.
  private static func records(_ count: Int) -> [PredictionRecord] {
    var generator = SeededGenerator(seed: 3)
    var records = RandomHistory.records(count, versions: 3, using: &generator)
    for index in records.indices {
      records[index].filename = names[index % names.count]
      records[index].requestID = index % 5 == 0 ? "-\(index)" : "request \(index)"
    }
    return records
  }

  /// What stands in a row, independently of the columns' definition.
  private static func row(_ record: PredictionRecord) -> [String] {
    func text(_ text: String) -> String {
      let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) }
      return isFormula == true ? "'" + text : text
    }
    return [
      record.id, Timestamp.text(record.createdAt), text(record.requestID), text(record.filename),
      record.modelUsed, record.modelVersion, record.predictedClass,
      "\((record.confidence * 10_000).rounded() / 10_000)", "0.25", "Bag 0.5",
      "\(record.isUncertain)", "\(record.isGarment)", "auto", "key",
      String(repeating: "a", count: 64), record.trueLabel ?? "",
    ]
  }

  private static let header = [
    "id", "created_at", "request_id", "filename", "model_used", "model_version", "predicted_class",
    "confidence", "inference_time_ms", "top_k", "uncertain", "garment", "preprocess",
    "client_key_id", "image_sha256", "true_label",
  ]

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "atelier-export-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try await body(folder)
  }

  private func sheets(of file: URL) async throws -> [[[String]]] {
    let output = try await Oracle.run(script: "table.py", arguments: [file.path])
    return try JSONDecoder().decode([[[String]]].self, from: Data(output.utf8))
  }

  @Test(arguments: ExportFormat.allCases)
  func hasAllRowsAsTheyAre(format: ExportFormat) async throws {
    try await withFolder { folder in
      let store = try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
      let records = Self.records(20_000)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for part in stride(from: 0, to: records.count, by: 2_000) {
          for record in records[part..<part + 2_000] {
            group.addTask { try await store.insert(record) }
          }
          try await group.waitForAll()
        }
      }
      let file = folder.appending(path: "history.\(format.rawValue)")
      let count = try await PredictionExport.write(
        PredictionPages(of: store, matching: PredictionFilter()), as: format, to: file)
      #expect(count == records.count)
      let sheets = try await sheets(of: file)
      #expect(sheets.count == 1)
      let expected = records.sorted { $0.id > $1.id }
        .map(Self.row)
      #expect(sheets[0].first == Self.header)
      #expect(sheets[0].count == expected.count + 1)
      for (row, wanted) in zip(sheets[0].dropFirst(), expected) { try #require(row == wanted) }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(files.filter { $0.hasPrefix(".") } == [])
    }
  }

  @Test(arguments: ExportFormat.allCases)
  func anEmptyHistoryHasItsHeader(format: ExportFormat) async throws {
    try await withFolder { folder in
      let store = try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
      let file = folder.appending(path: "history.\(format.rawValue)")
      try Data("an older export".utf8).write(to: file)
      let pages = PredictionPages(of: store, matching: PredictionFilter())
      #expect(try await PredictionExport.write(pages, as: format, to: file) == 0)
      #expect(try await sheets(of: file) == [[Self.header]])
    }
  }

  @Test func aFullSheetIsFollowedByAnother() async throws {
    try await withFolder { folder in
      let file = folder.appending(path: "history.xlsx")
      let workbook = try PredictionWorkbook(file: file, rowLimit: 4)
      let records = Self.records(8)
      try await workbook.append(Array(records[..<5]))
      try await workbook.append(Array(records[5...]))
      try await workbook.close()
      let sheets = try await sheets(of: file)
      #expect(sheets.map(\.count) == [4, 4, 3])
      #expect(sheets.allSatisfy { $0[0] == Self.header })
      #expect(sheets.flatMap { $0.dropFirst() }.map { $0[0] } == records.map(\.id))
    }
  }

  @Test func aFailedExportLeavesTheOldFile() async throws {
    try await withFolder { folder in
      let store = try SQLitePredictionStore(file: folder.appending(path: "atelier.db"))
      try await store.close()
      let file = folder.appending(path: "history.csv")
      try Data("an older export".utf8).write(to: file)
      await #expect(throws: RecordsError.closed) {
        try await PredictionExport.write(
          PredictionPages(of: store, matching: PredictionFilter()), as: .csv, to: file)
      }
      #expect(try Data(contentsOf: file) == Data("an older export".utf8))
      let workbook = try PredictionWorkbook(file: folder.appending(path: "missing/history.xlsx"))
      try await workbook.append(Self.records(3))
      await #expect(throws: RecordsError.self) { try await workbook.close() }
    }
  }
}
