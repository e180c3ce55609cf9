import Foundation
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// A file that an upload or an export goes to. Mostly it has no name, or will lose it: then its space is
/// free again when its last owner lets go of it, however the process ends.
final class TemporaryFile: Sendable {
  /// Why bytes could not be kept or read.
  struct Failure: Error {
    /// What the system says.
    let reason: String
    /// Whether there is no room on the disk.
    let isDiskFull: Bool

    fileprivate init(_ error: any Error) {
      reason = "\(error)"
      isDiskFull = [.noSpace, .diskQuotaExceeded].contains(error as? Errno)
    }
  }

  private static let pieceSize = 256 << 10

  private let file: SystemPackage.FileDescriptor
  private let end: Mutex<Int>

  /// Creates an empty file in the folder for temporary files.
  convenience init() throws(Failure) {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "atelier-upload-\(UUID().uuidString)")
    try self.init(creating: url)
    unlink(url.path)
  }

  /// Creates an empty file that keeps its name.
  init(creating url: URL) throws(Failure) {
    do {
      file = try SystemPackage.FileDescriptor.open(
        FilePath(url.path), .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: .ownerReadWrite)
    } catch {
      throw Failure(error)
    }
    end = Mutex(0)
  }

  /// Opens a file, whose name may be removed then.
  init(_ url: URL) throws(Failure) {
    do {
      file = try SystemPackage.FileDescriptor.open(
        FilePath(url.path), .readOnly, options: .closeOnExec)
    } catch {
      throw Failure(error)
    }
    do {
      end = Mutex(Int(try file.seek(offset: 0, from: .end)))
    } catch {
      try? file.close()
      throw Failure(error)
    }
  }

  deinit {
    try? file.close()
  }

  /// The open file, for those who read parts of it.
  var descriptor: Int32 { file.rawValue }

  /// Bytes in the file.
  var size: Int { end.withLock { $0 } }

  /// Adds bytes at the end, on a thread for blocking work.
  func append(_ bytes: ByteBuffer) async throws {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      do {
        try end.withLock { end in
          end += try bytes.withUnsafeReadableBytes {
            try file.writeAll(toAbsoluteOffset: Int64(end), $0)
          }
        }
      } catch {
        throw Failure(error)
      }
    }
  }

  /// Waits until the disk has what was added, on a thread for blocking work.
  func synchronize() async throws {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      guard fsync(file.rawValue) == 0 else { throw Failure(Errno(rawValue: errno)) }
    }
  }

  /// The bytes from a place on, at most `count`.
  func read(at offset: Int, count: Int) throws(Failure) -> [UInt8] {
    do {
      return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        while filled < count {
          let received = try file.read(
            fromAbsoluteOffset: Int64(offset + filled),
            into: UnsafeMutableRawBufferPointer(
              rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
          guard received > 0 else { break }
          filled += received
        }
      }
    } catch {
      throw Failure(error)
    }
  }

  /// The bytes from a place on, on a thread for blocking work; empty at the end.
  func piece(at offset: Int) async throws -> ByteBuffer {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      ByteBuffer(bytes: try read(at: offset, count: Self.pieceSize))
    }
  }
}
