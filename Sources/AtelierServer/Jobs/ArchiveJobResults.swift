import Foundation
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import SystemPackage

/// The results of a job, a line a picture, in a file of the job's folder. The file also says how far the
/// job had come when its process was killed.
final class ArchiveJobResults: Sendable {
  /// What is counted of a line.
  private struct Line: Decodable {
    let `class`: String?
  }

  private let file: SystemPackage.FileDescriptor
  private let end: Mutex<Int64>

  /// The file in a job's folder.
  static func file(in folder: URL) -> URL { folder.appending(path: "results.ndjson") }

  /// Opens the file, and takes off a line that was not written to its end.
  ///
  /// - Parameter count: Told the class of each line's picture, or `nil` when there is none.
  /// - Throws: `Errno`. Reading blocks the thread.
  init(in folder: URL, count: (String?) -> Void) throws {
    file = try SystemPackage.FileDescriptor.open(
      FilePath(Self.file(in: folder).path), .readWrite, options: [.create, .closeOnExec],
      permissions: .ownerReadWrite)
    do {
      end = Mutex(try Self.readLines(of: file, count: count))
    } catch {
      try? file.close()
      throw error
    }
  }

  deinit {
    try? file.close()
  }

  /// Adds lines, on a thread for blocking work.
  func append(_ lines: ByteBuffer) async throws {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      try end.withLock { end in
        end += Int64(
          try lines.withUnsafeReadableBytes { try file.writeAll(toAbsoluteOffset: end, $0) })
      }
    }
  }

  /// Waits until the disk has all lines.
  func synchronize() async throws {
    try await NIOThreadPool.singleton.runIfActive { [self] in
      guard fsync(file.rawValue) == 0 else { throw Errno(rawValue: errno) }
    }
  }

  /// - Returns: Where the last whole line ends, which is the end of the file then.
  private static func readLines(
    of file: SystemPackage.FileDescriptor, count: (String?) -> Void
  ) throws -> Int64 {
    let decoder = JSONDecoder()
    var (pending, end) = (Data(), Int64(0))
    var piece = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let received = try piece.withUnsafeMutableBytes { try file.read(into: $0) }
      if received == 0 { break }
      pending += piece[..<received]
      while let newline = pending.firstIndex(of: UInt8(ascii: "\n")) {
        count(try? decoder.decode(Line.self, from: pending[..<newline]).class)
        end += Int64(newline + 1 - pending.startIndex)
        pending = pending[(newline + 1)...]
      }
      pending = Data(pending)
    }
    guard ftruncate(file.rawValue, off_t(end)) == 0 else { throw Errno(rawValue: errno) }
    return end
  }
}
