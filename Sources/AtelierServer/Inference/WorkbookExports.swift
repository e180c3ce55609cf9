import Foundation
import Records

/// Makes workbooks of histories, a few at a time: each takes a core, and room on the disk.
final class WorkbookExports: Sendable {
  private let places = Places(2)

  /// Writes a workbook to a file without a name, which is gone when nobody reads it any more.
  ///
  /// - Throws: ``APIError`` when too many are being written, `RecordsError` when it cannot be written,
  ///   `CancellationError`.
  func workbook(of pages: PredictionPages) async throws -> TemporaryFile {
    guard let place = places.take() else {
      throw APIError.unavailable(
        .overloaded, "other workbooks are being written; try again, or take CSV", retryAfter: 10)
    }
    defer { withExtendedLifetime(place) {} }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "atelier-export-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "predictions.xlsx")
    _ = try await PredictionExport.write(pages, as: .xlsx, to: file)
    do throws(TemporaryFile.Failure) {
      return try TemporaryFile(file)
    } catch {
      throw RecordsError.cannotExport(reason: error.reason)
    }
  }
}
