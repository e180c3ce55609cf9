import Glibc

/// A regular file as memory: its pages are read when they are first touched, and programs that map the
/// same file share them.
///
/// A file that is cut short while it is mapped ends the program that touches what is gone, so map only
/// files that are replaced as a whole, as ``FileContents/write(_:to:permissions:)`` does.
public final class MappedFile: @unchecked Sendable {
  // Safe: nothing writes to the pages, and they stay until nobody has the file any more.
  /// The file's content; it begins at a page's start.
  public let bytes: UnsafeRawBufferPointer

  /// Maps a file.
  ///
  /// - Parameters:
  ///   - path: The file; never a directory, a pipe or a device.
  ///   - limit: The most bytes it may have.
  /// - Throws: ``FileError`` when it is missing, no regular file, larger than `limit` or unreadable.
  public init(path: String, limit: Int) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .lastSystemError(path) }
    defer { close(descriptor) }
    let size = try FileContents.size(of: descriptor, path: path, limit: limit)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
    else { throw .lastSystemError(path) }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }
}
