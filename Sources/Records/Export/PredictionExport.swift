import Files
public import Foundation

/// Writes histories to files.
public enum PredictionExport {
  /// Writes predictions to a file, newest first, in the same memory however many there are.
  ///
  /// - Parameters:
  ///   - pages: The predictions.
  ///   - format: The kind of file.
  ///   - file: The file; it takes the place of an older one when it is complete.
  /// - Returns: How many there were.
  /// - Throws: ``RecordsError``, `CancellationError` when the task is cancelled, or `FileError` when
  ///   the file cannot be written.
  public static func write(
    _ pages: PredictionPages, as format: ExportFormat, to file: URL
  ) async throws -> Int {
    try await FileContents.create(at: file.path, replacing: true) { temporary in
      switch format {
      case .csv:
        try FileContents.write([], to: temporary)
        let handle = try FileHandle(forWritingTo: URL(filePath: temporary))
        defer { try? handle.close() }
        return try await writeCSV(pages, to: handle)
      case .xlsx:
        let workbook = try PredictionWorkbook(file: URL(filePath: temporary))
        let count = try await forEach(pages) { try await workbook.append($0) }
        try await workbook.close()
        return count
      }
    }
  }

  /// Writes predictions as comma-separated values to an open file.
  ///
  /// - Returns: How many there were.
  /// - Throws: ``RecordsError``, or `CancellationError` when the task is cancelled.
  public static func writeCSV(
    _ pages: PredictionPages, to handle: FileHandle
  ) async throws -> Int {
    try write(PredictionCSV.header, to: handle)
    return try await forEach(pages) { try write(PredictionCSV.rows($0), to: handle) }
  }

  private static func write(
    _ bytes: [UInt8], to handle: FileHandle
  ) throws(RecordsError) {
    do {
      try handle.write(contentsOf: bytes)
    } catch {
      throw .cannotExport(reason: error.localizedDescription)
    }
  }

  private static func forEach(
    _ pages: PredictionPages, _ body: ([PredictionRecord]) async throws -> Void
  ) async throws -> Int {
    var pages = pages
    var count = 0
    while let records = try await pages.next() {
      try Task.checkCancellation()
      try await body(records)
      count += records.count
    }
    return count
  }
}
