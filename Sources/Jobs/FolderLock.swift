import Foundation
import Glibc

/// A lock on a file or folder, which the system releases when its holder dies: whoever finds it free
/// knows that.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of a file or folder that exists.
  ///
  /// - Parameter waits: Whether to wait while somebody else holds the lock.
  /// - Returns: `nil` when it does not exist, or somebody else holds the lock.
  init?(_ url: URL, waits: Bool = false) {
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    while flock(descriptor, LOCK_EX | (waits ? 0 : LOCK_NB)) != 0 {
      // A signal ends the wait.
      if errno == EINTR { continue }
      close(descriptor)
      return nil
    }
  }

  deinit {
    close(descriptor)
  }
}
