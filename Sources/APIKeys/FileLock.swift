import Foundation
import Glibc

/// A lock that processes hold in turn; the system releases it when its holder dies.
struct FileLock {
  private let descriptor: Int32

  /// Waits for the lock on a file, which is created if need be, as is its folder.
  init(path: String) throws(KeyError) {
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
      let reason = String(cString: strerror(errno))
      if descriptor >= 0 { close(descriptor) }
      throw .unwritable(path: path, reason: reason)
    }
  }

  func release() {
    close(descriptor)
  }
}
