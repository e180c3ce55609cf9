import Glibc

/// Why a file could not be read or written.
public struct FileError: Error, Sendable, Hashable {
  /// The file.
  public let path: String
  /// What the system says is wrong with it.
  public let reason: String

  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The error of a file that is there and not to be replaced.
  static func exists(_ path: String) -> FileError {
    FileError(path: path, reason: "there is such a file already")
  }

  /// The error of the system call that just failed.
  static func lastSystemError(_ path: String) -> FileError {
    FileError(path: path, reason: String(cString: strerror(errno)))
  }
}

extension FileError: CustomStringConvertible {
  /// The file and what is wrong with it.
  public var description: String { "\(path): \(reason)" }
}
