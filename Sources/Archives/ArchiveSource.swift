import Glibc

/// Where an archive's bytes come from: a part of an open file, or memory.
public enum ArchiveSource: Sendable {
  /// Bytes of an open file, which has to stay open; its own position is neither used nor moved.
  case file(descriptor: Int32, offset: Int, count: Int)
  case memory([UInt8])

  /// How many bytes there are.
  var count: Int {
    switch self {
    case .file(_, _, let count): count
    case .memory(let bytes): bytes.count
    }
  }

  /// Copies bytes from a place on.
  ///
  /// - Returns: How many were copied, 0 at the end, or -1 when the file cannot be read.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let wanted = max(0, min(buffer.count, count - position))
    guard wanted > 0 else { return 0 }
    switch self {
    case .file(let descriptor, let offset, _):
      while true {
        let result = pread(descriptor, buffer.baseAddress, wanted, off_t(offset + position))
        if result >= 0 || errno != EINTR { return result }
      }
    case .memory(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[position..<position + wanted]))
      }
      return wanted
    }
  }
}
