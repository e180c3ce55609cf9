import Foundation
import Glibc

/// A lock that processes hold in turn; the system releases it when its holder dies.
public struct FileLock: Sendable {
  private let descriptor: Int32

  /// Waits for the lock on a file, which is created if need be, as is its folder.
  ///
  /// - Throws: ``FileError`` when the file cannot be made or locked.
  public init(path: String) throws(FileError) {
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
      let error = FileError.lastSystemError(path)
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
  }

  /// Lets the next in line have the lock.
  public func release() {
    close(descriptor)
  }
}
