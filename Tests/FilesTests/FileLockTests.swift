import Files
import Foundation
import Glibc
import Testing

@Suite final class FileLockTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID())").path

  deinit { unlink(path) }

  @Test func aLockIsReleasedOnce() throws {
    let lock = try FileLock(path: path)
    lock.release()
    // Mostly these have the number that the lock's file had.
    let descriptors = (0..<8).map { _ in open(path, O_RDONLY | O_CLOEXEC) }
    defer { for descriptor in descriptors { close(descriptor) } }
    lock.release()
    #expect(descriptors.allSatisfy { fcntl($0, F_GETFD) >= 0 })
    try FileLock(path: path).release()
  }

  @Test func aLockThatNobodyHoldsAnyMoreIsFree() throws {
    _ = try FileLock(path: path)
    try FileLock(path: path).release()
  }

  @Test func aFolderCannotBeLocked() {
    let error = #expect(throws: FileError.self) {
      try FileLock(path: FileManager.default.temporaryDirectory.path)
    }
    #expect(error?.reason == "Is a directory")
  }
}
