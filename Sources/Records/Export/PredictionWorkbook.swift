import CXlsxWriter
import Dispatch
public import Foundation
import Synchronization

/// Writes predictions to a workbook of Excel, in the same memory however many there are.
///
/// Rows go to temporary files beside the workbook, which ``close()`` puts together. A sheet has room
/// for 1,048,575 predictions; more go to further sheets. Times are times of the spreadsheet, in UTC.
///
/// All work happens on a thread of its own.
public final class PredictionWorkbook: Sendable {
  private let queue = DispatchQueue(label: "workbook")
  private let book: Mutex<Book>

  /// Starts a workbook.
  ///
  /// - Parameter file: Where it will be; its folder exists, and has room for about a kilobyte a
  ///   prediction until it is closed.
  /// - Throws: ``RecordsError/cannotExport(reason:)``.
  public convenience init(file: URL) throws(RecordsError) {
    try self.init(file: file, rowLimit: 1_048_576)
  }

  /// Starts a workbook whose sheets have a number of rows, the header among them.
  init(file: URL, rowLimit: UInt32) throws(RecordsError) {
    book = Mutex(try Book(file: file, rowLimit: rowLimit))
  }

  /// Appends rows.
  ///
  /// - Throws: ``RecordsError/cannotExport(reason:)``.
  public func append(_ records: [PredictionRecord]) async throws(RecordsError) {
    try await perform { book throws(RecordsError) in try book.append(records) }
  }

  /// Writes the file. Nothing can be appended afterwards.
  ///
  /// - Throws: ``RecordsError/cannotExport(reason:)``; what there is of the file is useless then.
  public func close() async throws(RecordsError) {
    try await perform { book throws(RecordsError) in try book.close() }
  }

  private func perform(
    _ work: @escaping @Sendable (inout Book) throws(RecordsError) -> Void
  ) async throws(RecordsError) {
    let result: Result<Void, RecordsError> = await withCheckedContinuation { continuation in
      queue.async { [self] in
        let result: Result<Void, RecordsError> = book.withLock { book in
          do throws(RecordsError) {
            return .success(try work(&book))
          } catch {
            return .failure(error)
          }
        }
        continuation.resume(returning: result)
      }
    }
    try result.get()
  }
}

/// The library's workbook; freed with its owner.
///
/// It may move between threads, one at a time: the library keeps nothing per thread.
private struct Book: ~Copyable, @unchecked Sendable {
  private var workbook: UnsafeMutablePointer<lxw_workbook>?
  private var sheet: UnsafeMutablePointer<lxw_worksheet>?
  private var sheetCount = 0
  private var nextRow: UInt32 = 0
  private let rowLimit: UInt32
  private let bold: UnsafeMutablePointer<lxw_format>?
  private let time: UnsafeMutablePointer<lxw_format>?

  /// Bytes of a text that surely fit into a cell, which takes 32,767 UTF-16 units.
  private static let textLimit = 32_767

  init(file: URL, rowLimit: UInt32) throws(RecordsError) {
    let folder = strdup(file.deletingLastPathComponent().path)
    defer { free(folder) }
    var options = lxw_workbook_options(constant_memory: 1, tmpdir: folder, use_zip64: 0)
    guard let workbook = workbook_new_opt(file.path, &options) else {
      throw .cannotExport(reason: "the workbook cannot be started")
    }
    self.workbook = workbook
    self.rowLimit = rowLimit
    bold = workbook_add_format(workbook)
    time = workbook_add_format(workbook)
    format_set_bold(bold)
    format_set_num_format(time, "yyyy-mm-dd hh:mm:ss.000")
  }

  deinit {
    if let workbook { lxw_workbook_free(workbook) }
  }

  mutating func append(_ records: [PredictionRecord]) throws(RecordsError) {
    for record in records {
      if sheet == nil || nextRow == rowLimit { try addSheet() }
      for (column, definition) in PredictionTable.columns.enumerated() {
        try write(definition.cell(record), column: UInt16(column))
      }
      nextRow += 1
    }
    try checkTemporaryFile()
  }

  mutating func close() throws(RecordsError) {
    guard let workbook else { return }
    if sheet == nil { try addSheet() }
    try checkTemporaryFile()
    // Frees the workbook, whether it succeeds or not.
    self.workbook = nil
    try Self.check(workbook_close(workbook))
  }

  private mutating func addSheet() throws(RecordsError) {
    sheetCount += 1
    let name = sheetCount == 1 ? "predictions" : "predictions \(sheetCount)"
    sheet = workbook_add_worksheet(workbook, name)
    guard sheet != nil else { throw .cannotExport(reason: "a sheet cannot be added") }
    for (column, definition) in PredictionTable.columns.enumerated() {
      let column = UInt16(column)
      worksheet_set_column(sheet, column, column, definition.width, nil)
      try Self.check(worksheet_write_string(sheet, 0, column, definition.name, bold))
    }
    worksheet_freeze_panes(sheet, 1, 0)
    nextRow = 1
  }

  private func write(_ cell: PredictionTable.Cell, column: UInt16) throws(RecordsError) {
    let error =
      switch cell {
      case .text(""): LXW_NO_ERROR
      case .text(let text):
        worksheet_write_string(sheet, nextRow, column, Self.plain(text), nil)
      case .number(let number): worksheet_write_number(sheet, nextRow, column, number, nil)
      case .boolean(let value): worksheet_write_boolean(sheet, nextRow, column, value ? 1 : 0, nil)
      case .time(let date):
        worksheet_write_number(sheet, nextRow, column, Self.serialNumber(of: date), time)
      }
    try Self.check(error)
  }

  /// A text that fits into a cell, and in which nothing is taken for one of the format's escapes, such
  /// as `_x0041_`.
  private static func plain(_ text: String) -> String {
    let escaped =
      text.contains("_x") ? text.replacing(#/_(?=x[0-9A-Fa-f]{4}_)/#, with: "_x005F_") : text
    guard escaped.utf8.count > textLimit else { return escaped }
    return String(decoding: escaped.utf8.prefix(textLimit), as: UTF8.self)
  }

  /// Days since 1899-12-30, as spreadsheets count them.
  private static func serialNumber(of date: Date) -> Double {
    Double(Timestamp.milliseconds(of: date)) / 86_400_000 + 25_569
  }

  /// The library does not look whether its rows reach the disk.
  private func checkTemporaryFile() throws(RecordsError) {
    guard let file = sheet?.pointee.optimize_tmpfile else { return }
    guard fflush(file) == 0, ferror(file) == 0 else {
      throw .cannotExport(reason: "the disk for temporary files is full; make room on it")
    }
  }

  private static func check(_ error: lxw_error) throws(RecordsError) {
    guard error == LXW_NO_ERROR else {
      throw .cannotExport(reason: String(cString: lxw_strerror(error)))
    }
  }
}
