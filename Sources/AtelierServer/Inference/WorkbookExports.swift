import Foundation
import NIOCore
import NIOPosix
import Records
import Synchronization

/// Makes workbooks of histories, a few at a time: each takes a core, and room on the disk.
final class WorkbookExports: Sendable {
  private static let limit = 2

  private let running = Mutex(0)

  /// Writes a workbook to a file without a name, which is gone when nobody reads it any more.
  ///
  /// - Throws: ``APIError`` when too many are being written, `RecordsError` when it cannot be written,
  ///   `CancellationError`.
  func workbook(of pages: PredictionPages) async throws -> TemporaryFile {
    let isAdmitted = running.withLock { running in
      guard running < Self.limit else { return false }
      running += 1
      return true
    }
    guard isAdmitted else {
      throw APIError.unavailable(
        .overloaded, "other workbooks are being written; try again, or take CSV", retryAfter: 10)
    }
    defer { running.withLock { $0 -= 1 } }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "atelier-export-\(UUID().uuidString)", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "predictions.xlsx")
    _ = try await PredictionExport.write(pages, as: .xlsx, to: file)
    return try TemporaryFile(file)
  }
}

/// An open file, which is closed with its last owner.
final class TemporaryFile: Sendable {
  /// Bytes in the file.
  let size: Int

  private let descriptor: CInt
  private static let pieceSize = 256 << 10

  init(_ file: URL) throws {
    descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw RecordsError.cannotExport(reason: String(cString: strerror(errno)))
    }
    size = Int(status.st_size)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The bytes from a place on, on a thread for blocking work; empty at the end.
  func piece(at offset: Int) async throws -> ByteBuffer {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      let bytes = try [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
        let received = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
        guard received >= 0 else {
          throw RecordsError.cannotExport(reason: String(cString: strerror(errno)))
        }
        count = received
      }
      return ByteBuffer(bytes: bytes)
    }
  }
}
