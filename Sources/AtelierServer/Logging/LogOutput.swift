import Foundation
import Glibc
import Records
import Synchronization

/// The files behind a log: only the sink's own queue writes to them.
final class LogOutput: Sendable {
  private let file: URL?
  private let size: Int
  private let count: Int
  private let echoes: Bool
  private let current = Mutex(Current())

  private struct Current {
    var descriptor: Int32 = -1
    var written = 0
    /// Whether it was said that the file cannot be written.
    var isMissed = false
  }

  init(file: URL?, size: Int, count: Int, echoes: Bool) {
    self.file = file
    self.size = size
    self.count = count
    self.echoes = echoes
  }

  deinit {
    current.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
  }

  /// Writes whole lines, as far as files and terminals take them.
  func write(_ lines: [UInt8]) {
    if echoes { Self.write(lines, to: STDERR_FILENO) }
    guard let file else { return }
    current.withLock { current in
      if current.descriptor < 0 { open(file, &current) }
      if current.written > 0, current.written + lines.count > size { rotate(file, &current) }
      guard current.descriptor >= 0 else { return }
      Self.write(lines, to: current.descriptor)
      current.written += lines.count
    }
  }

  private func open(_ file: URL, _ current: inout Current) {
    try? FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    current.descriptor = Glibc.open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    let reason = String(cString: strerror(errno))
    current.written = current.descriptor < 0 ? 0 : Int(lseek(current.descriptor, 0, SEEK_END))
    if current.descriptor < 0, !current.isMissed { Self.complain(of: file, reason) }
    current.isMissed = current.descriptor < 0
  }

  /// Says on standard error, where somebody may still read it, that there is no file to log to.
  private static func complain(of file: URL, _ reason: String) {
    let notice: OrderedJSON = [
      "time": .string(Timestamp.now()), "level": "error",
      "message": "the log file cannot be written", "file": .string(file.path),
      "error": .string(reason),
    ]
    write(notice.utf8 + [UInt8(ascii: "\n")], to: STDERR_FILENO)
  }

  /// `app.log` becomes `app.log.1`, that `app.log.2`, and so on; the oldest goes.
  private func rotate(_ file: URL, _ current: inout Current) {
    close(current.descriptor)
    for number in stride(from: count - 1, to: 0, by: -1) {
      let older = "\(file.path).\(number)"
      rename(number == 1 ? file.path : "\(file.path).\(number - 1)", older)
    }
    if count == 1 { unlink(file.path) }
    open(file, &current)
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = rest.dropFirst(count)
      }
    }
  }
}
