import CArchive
import Glibc

/// What libarchive's callbacks read from.
final class ArchiveInput {
  private let source: ArchiveSource
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
  private var position = 0

  init(_ source: ArchiveSource) {
    self.source = source
  }

  deinit {
    buffer.deallocate()
  }

  /// Opens the archive. The input has to outlive it.
  func open(_ archive: OpaquePointer) -> Int32 {
    archive_read_set_callback_data(archive, Unmanaged.passUnretained(self).toOpaque())
    archive_read_set_read_callback(archive) { archive, data, bytes in
      guard let input = ArchiveInput.of(data) else { return -1 }
      let count = input.source.read(at: input.position, into: input.buffer)
      if count < 0 {
        archive_set_error_text(archive, EIO, "the file cannot be read")
        return -1
      }
      input.position += count
      bytes?.pointee = UnsafeRawPointer(input.buffer.baseAddress)
      return count
    }
    archive_read_set_seek_callback(archive) { _, data, offset, whence in
      guard let input = ArchiveInput.of(data) else { return Int64(ARCHIVE_FATAL) }
      let start =
        switch whence {
        case SEEK_CUR: input.position
        case SEEK_END: input.source.count
        default: 0
        }
      let (target, overflow) = Int64(start).addingReportingOverflow(offset)
      guard !overflow, (0...Int64(input.source.count)).contains(target) else {
        return Int64(ARCHIVE_FATAL)
      }
      input.position = Int(target)
      return target
    }
    archive_read_set_skip_callback(archive) { _, data, count in
      guard let input = ArchiveInput.of(data) else { return 0 }
      let skipped = min(max(0, Int(count)), input.source.count - input.position)
      input.position += skipped
      return Int64(skipped)
    }
    return archive_read_open1(archive)
  }

  private static func of(_ data: UnsafeMutableRawPointer?) -> ArchiveInput? {
    data.map { Unmanaged<ArchiveInput>.fromOpaque($0).takeUnretainedValue() }
  }
}
