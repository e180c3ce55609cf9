import Foundation
import Glibc
import Synchronization

/// A lock that processes hold in turn; the system releases it when its holder dies.
public final class FileLock: Sendable {
  /// The open file; `nil` when the lock was released.
  private let descriptor: Mutex<Int32?>

  /// Waits for the lock on a file, which is created if need be, as is its folder.
  ///
  /// - Throws: ``FileError`` when the file cannot be made or locked.
  public init(path: String) throws(FileError) {
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .lastSystemError(path) }
    while flock(file, LOCK_EX) != 0 {
      // A signal ends the wait.
      if errno == EINTR { continue }
      let error = FileError.lastSystemError(path)
      close(file)
      throw error
    }
    descriptor = Mutex(file)
  }

  deinit { release() }

  /// Lets the next in line have the lock, unless that was done already.
  public func release() {
    descriptor.withLock { descriptor in
      if let file = descriptor { close(file) }
      descriptor = nil
    }
  }
}
