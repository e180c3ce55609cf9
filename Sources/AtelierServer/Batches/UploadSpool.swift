import Foundation
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A file without a name that holds what a caller uploads: its space is free again when it is
/// closed, however the process ends.
final class UploadSpool: Sendable {
  /// Why bytes could not be kept.
  struct Failure: Error {
    /// What the system says.
    let reason: String

    fileprivate static var last: Failure { Failure(reason: String(cString: strerror(errno))) }
  }

  /// The open file, for those who read parts of it.
  let descriptor: Int32
  private let size = Mutex(0)

  /// Creates an empty file in the folder for temporary files.
  init() throws(Failure) {
    var path = FileManager.default.temporaryDirectory.appending(path: "atelier-upload-XXXXXX")
      .path.utf8CString.map(\.self)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { throw .last }
    unlink(path)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit {
    close(descriptor)
  }

  /// How many bytes were kept.
  var count: Int { size.withLock { $0 } }

  /// Keeps more bytes, on one of the threads for files.
  func append(_ bytes: ByteBuffer) async throws {
    try await NIOThreadPool.singleton.runIfActive { [self] in try write(bytes) }
  }

  private func write(_ bytes: ByteBuffer) throws(Failure) {
    try size.withLock { size throws(Failure) in
      var rest = bytes
      while rest.readableBytes > 0 {
        let written = rest.withUnsafeReadableBytes {
          pwrite(descriptor, $0.baseAddress, $0.count, off_t(size))
        }
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw .last }
        rest.moveReaderIndex(forwardBy: written)
        size += written
      }
    }
  }

  /// The bytes from a place on, at most `count`.
  func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
    var failure: Failure?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let result = pread(
          descriptor, buffer.baseAddress.map { $0 + filled }, count - filled,
          off_t(offset + filled))
        if result < 0 && errno == EINTR { continue }
        if result < 0 { failure = .last }
        guard result > 0 else { break }
        filled += result
      }
    }
    if let failure { throw failure }
    return bytes
  }
}
