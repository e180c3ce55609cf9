public import Glibc

/// Whole files in memory: bounded when read, complete and durable when written.
public enum FileContents {
  /// Reads a regular file.
  ///
  /// - Parameters:
  ///   - path: The file; never a directory, a pipe or a device, which could block or never end.
  ///   - limit: The most bytes it may have.
  /// - Throws: ``FileError`` when it is missing, no regular file, larger than `limit` or unreadable.
  public static func read(from path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .lastSystemError(path) }
    defer { close(descriptor) }
    let size = try size(of: descriptor, path: path, limit: limit)
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let received = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
        if received < 0 && errno == EINTR { continue }
        failed = received < 0
        if received <= 0 { break }
        count += received
      }
    }
    guard !failed else { throw .lastSystemError(path) }
    return bytes
  }

  /// The bytes of an open file, which has to be a regular one.
  ///
  /// - Throws: ``FileError`` when it is not, or larger than `limit`.
  static func size(of descriptor: Int32, path: String, limit: Int) throws(FileError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .lastSystemError(path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, reason: "it is not a regular file")
    }
    let size = Int(status.st_size)
    guard size <= limit else {
      throw FileError(path: path, reason: "it has \(size) bytes, more than the \(limit) allowed")
    }
    return size
  }

  /// Writes a file so that a reader, or a power failure, finds the old content or the new, never a
  /// part of it.
  ///
  /// The bytes go to a temporary file in the same folder, are forced to the disk, and take the
  /// file's name in one step.
  ///
  /// - Parameter permissions: Those of the file, less what the process's mask forbids, from its first
  ///   moment on.
  /// - Throws: ``FileError``, also when something else than a file is there; what is there is then as it was,
  ///   unless it is the disk that does not confirm the new name.
  public static func write(
    _ bytes: [UInt8], to path: String, permissions: mode_t = 0o666
  ) throws(FileError) {
    _ = try write(bytes, to: destination(path), permissions: permissions, replacing: true)
  }

  /// Writes a file as ``write(_:to:permissions:)`` does, unless there is one: of several that write it at the
  /// same time, only the first does.
  ///
  /// - Returns: Whether it was written; if not, what is there is as it was.
  /// - Throws: ``FileError``.
  public static func writeIfMissing(
    _ bytes: [UInt8], to path: String, permissions: mode_t = 0o666
  ) throws(FileError) -> Bool {
    try write(bytes, to: path, permissions: permissions, replacing: false)
  }

  private static func write(
    _ bytes: [UInt8], to path: String, permissions: mode_t, replacing: Bool
  ) throws(FileError) -> Bool {
    let (folder, temporary) = temporaryFile(for: path)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
    guard descriptor >= 0 else { throw .lastSystemError(path) }
    let isWritten: Bool
    do throws(FileError) {
      defer { close(descriptor) }
      guard writeAll(bytes, to: descriptor), fsync(descriptor) == 0 else {
        throw .lastSystemError(path)
      }
      isWritten = try publish(temporary, as: path, replacing: replacing)
    } catch {
      unlink(temporary)
      throw error
    }
    if isWritten { try synchronize(folder, of: path) } else { unlink(temporary) }
    return isWritten
  }

  /// Makes a file that is written by others, so that it appears whole under its name or not at all.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - replacing: Whether it may take the place of another file.
  ///   - write: Writes the content to the file it is told, which does not exist yet.
  /// - Throws: ``FileError``, also when something else than a file is there, or what `write` throws; there is
  ///   no new file then, unless it is the disk that does not confirm its name.
  public static func create<Value>(
    at path: String, replacing: Bool = false, _ write: (String) async throws -> Value
  ) async throws -> Value {
    if !replacing && access(path, F_OK) == 0 { throw FileError.exists(path) }
    let path = try destination(path)
    let (folder, temporary) = temporaryFile(for: path)
    do {
      let value = try await write(temporary)
      let descriptor = open(temporary, O_RDWR | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError.lastSystemError(path) }
      defer { close(descriptor) }
      guard fsync(descriptor) == 0 else { throw FileError.lastSystemError(path) }
      guard try publish(temporary, as: path, replacing: replacing) else {
        throw FileError.exists(path)
      }
      try synchronize(folder, of: path)
      return value
    } catch let error as FileError where error.path == temporary {
      unlink(temporary)
      throw FileError(path: path, reason: error.reason)
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Gives a file or folder another name in one step, which survives a power failure.
  ///
  /// - Parameters:
  ///   - path: What is moved; the content of a file has to be safe already.
  ///   - newPath: Where to, on the same file system. An empty folder there is replaced.
  /// - Throws: ``FileError``; nothing was moved then.
  public static func move(from path: String, to newPath: String) throws(FileError) {
    guard rename(path, newPath) == 0 else { throw .lastSystemError(newPath) }
    do throws(FileError) {
      try synchronize(temporaryFile(for: newPath).folder, of: newPath)
    } catch {
      rename(newPath, path)
      throw error
    }
  }

  /// Makes the names in a folder survive a power failure; what is in its files is safe only if they are.
  ///
  /// - Throws: ``FileError`` when the disk fails or is full. Where folders cannot be forced to the disk, nothing
  ///   is done.
  public static func synchronize(folder: String) throws(FileError) {
    try synchronize(folder, of: folder)
  }

  /// Gives a complete file its name.
  ///
  /// - Returns: Whether it has it; not when there is such a file, and it is not to be replaced.
  private static func publish(
    _ temporary: String, as path: String, replacing: Bool
  ) throws(FileError) -> Bool {
    if !replacing {
      // Unlike a new name, a second one never takes the place of another file.
      if link(temporary, path) == 0 {
        unlink(temporary)
        return true
      }
      if errno == EEXIST { return false }
      // Some file systems know no second names. There, a file may still come between these two steps.
      if access(path, F_OK) == 0 { return false }
    }
    guard rename(temporary, path) == 0 else { throw .lastSystemError(path) }
    return true
  }

  /// Whether a path leads to a file that can be read again from its beginning: not to a folder, nor to a
  /// device or pipe, such as the shell's `<(…)`, which gives its bytes once.
  public static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Where a file is to be written that is known as `path`: there, or where a link leads to, so that it stays
  /// one.
  ///
  /// - Throws: ``FileError`` when something else than a file is there: a folder, or a device or pipe such as
  ///   `/dev/stdout`, which would be gone for everybody.
  private static func destination(_ path: String) throws(FileError) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(path: path, reason: "it is not a regular file")
    }
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let target = realpath(path, nil) else { throw .lastSystemError(path) }
    defer { free(target) }
    return String(cString: target)
  }

  /// A folder with a slash at its end, and the name of a file in it that does not exist yet.
  private static func temporaryFile(for path: String) -> (folder: String, path: String) {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = slash.map { String(path[...$0]) } ?? "./"
    let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
    return (folder, "\(folder).\(name).\(String(UInt64.random(in: 0 ... .max), radix: 36))")
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let sent = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
        if sent < 0 && errno == EINTR { continue }
        guard sent > 0 else { return false }
        written += sent
      }
      return true
    }
  }

  /// Makes a new name in a folder survive a power failure; the content is safe already.
  private static func synchronize(_ folder: String, of path: String) throws(FileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    // A folder may be written to that cannot be read.
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // Other errors are those of file systems that do not do this for folders.
    if fsync(descriptor) != 0, [EIO, ENOSPC, EDQUOT].contains(errno) {
      throw .lastSystemError(path)
    }
  }
}
