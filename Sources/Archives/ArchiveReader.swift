import CArchive
import Glibc

/// Reads ZIP, RAR (4 and 5), 7z and tar archives, the last also compressed with gzip, Zstandard, xz or
/// bzip2, entry by entry: never more than one is in memory.
///
/// Nothing is written anywhere. Folders, and files that systems leave behind (names that begin with a
/// dot, `__MACOSX`), are passed over. Reading blocks the thread.
public final class ArchiveReader {
  private let archive: OpaquePointer
  private let input: ArchiveInput
  private let limits: ArchiveLimits
  private var entryCount = 0
  private var unpackedBytes = 0
  private var chunk = [UInt8](repeating: 0, count: 64 << 10)

  /// Opens an archive.
  ///
  /// - Throws: ``ArchiveError`` when the bytes are not one of an archive.
  public init(_ source: ArchiveSource, limits: ArchiveLimits = ArchiveLimits()) throws(ArchiveError)
  {
    guard let archive = archive_read_new() else { throw .outOfMemory }
    self.archive = archive
    self.limits = limits
    input = ArchiveInput(source)
    for support in [
      archive_read_support_format_zip, archive_read_support_format_rar,
      archive_read_support_format_rar5, archive_read_support_format_7zip,
      archive_read_support_format_tar, archive_read_support_filter_gzip,
      archive_read_support_filter_bzip2, archive_read_support_filter_xz,
      archive_read_support_filter_zstd,
    ] {
      _ = support(archive)
    }
    let status = UTF8Locale.run { input.open(archive) }
    // Asking for encrypted entries is for archives whose format is known.
    guard status >= ARCHIVE_WARN else { throw .damaged(reason: reason) }
  }

  deinit {
    archive_read_free(archive)
  }

  /// The next file, or `nil` after the last.
  ///
  /// - Throws: ``ArchiveError`` when no more can be read, or a limit of the whole archive is passed; do
  ///   not call it again then.
  public func next() throws(ArchiveError) -> ArchiveEntry? {
    try UTF8Locale.run { () throws(ArchiveError) in try nextFile() }
  }

  /// How much the archive holds, if its format says so without unpacking it. Ask a reader of its own:
  /// it is at its end then.
  ///
  /// - Throws: ``ArchiveError`` when it cannot be read to its end, or holds more than the limits allow.
  public func survey() throws(ArchiveError) -> ArchiveSurvey? {
    try UTF8Locale.run { () throws(ArchiveError) in
      var survey = ArchiveSurvey()
      while let header = try nextHeader() {
        let format = archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK
        let isQuick = [ARCHIVE_FORMAT_ZIP, ARCHIVE_FORMAT_TAR, ARCHIVE_FORMAT_RAR].contains(format)
        // What is compressed as a whole would have to be unpacked.
        guard isQuick, archive_filter_code(archive, 0) == ARCHIVE_FILTER_NONE else { return nil }
        guard archive_entry_filetype(header) != S_IFDIR, !Self.isLeftover(path(of: header)) else {
          continue
        }
        // What the archive says, which may be more than can be added up.
        let size = max(0, Int(archive_entry_size(header)))
        guard size <= limits.unpackedBytes - survey.bytes else {
          throw .tooLarge(limit: limits.unpackedBytes)
        }
        survey.files += 1
        survey.bytes += size
      }
      return survey
    }
  }

  private func nextFile() throws(ArchiveError) -> ArchiveEntry? {
    while let header = try nextHeader() {
      let path = path(of: header)
      guard archive_entry_filetype(header) != S_IFDIR, !Self.isLeftover(path) else {
        // What is passed over counts too: to unpack it takes time.
        _ = try content(keeping: 0)
        continue
      }
      return ArchiveEntry(path: path, content: try content(of: header, path: path))
    }
    return nil
  }

  private func nextHeader() throws(ArchiveError) -> OpaquePointer? {
    var header: OpaquePointer?
    switch Self.asking({ archive_read_next_header(archive, &header) }) {
    case ARCHIVE_EOF: return nil
    case ARCHIVE_OK, ARCHIVE_WARN: break
    default: throw failure
    }
    entryCount += 1
    guard entryCount <= limits.entryCount else { throw .tooManyEntries(limit: limits.entryCount) }
    return header
  }

  private func path(of header: OpaquePointer) -> String {
    // The first is there when the archive says how names are encoded.
    let name =
      Self.asking { archive_entry_pathname_utf8(header) }
      ?? Self.asking { archive_entry_pathname(header) }
    return name.map { String(cString: $0) } ?? "entry \(entryCount)"
  }

  private func content(
    of header: OpaquePointer, path: String
  ) throws(ArchiveError) -> Result<[UInt8], ArchiveEntry.Failure> {
    // Some archivers leave the type out.
    guard [S_IFREG, 0].contains(archive_entry_filetype(header)),
      Self.asking({ archive_entry_hardlink(header) }) == nil
    else {
      return .failure(.notAFile)
    }
    guard archive_entry_is_encrypted(header) == 0 else { return .failure(.encrypted) }
    guard !Self.leadsOut(path) else {
      _ = try content(keeping: 0)
      return .failure(.unsafePath)
    }
    let content = try content(keeping: limits.entryBytes)
    if case .success(let bytes) = content, let format = ArchiveFormat(detecting: bytes) {
      return .failure(.nested(format))
    }
    return content
  }

  /// Unpacks the entry, and keeps it when it has at most `limit` bytes.
  private func content(
    keeping limit: Int
  ) throws(ArchiveError) -> Result<[UInt8], ArchiveEntry.Failure> {
    var bytes: [UInt8] = []
    var size = 0
    while true {
      let count = chunk.withUnsafeMutableBytes {
        archive_read_data(archive, $0.baseAddress, $0.count)
      }
      if count == 0 { break }
      // What is fatal shows again at the next header.
      guard count > 0 else { return .failure(.damaged(reason: reason)) }
      size += count
      try account(for: count)
      if size <= limit {
        bytes += chunk[..<count]
      } else {
        bytes = []
      }
    }
    return size <= limit ? .success(bytes) : .failure(.tooLarge(limit: limit))
  }

  private func account(for count: Int) throws(ArchiveError) {
    unpackedBytes += count
    guard unpackedBytes <= limits.unpackedBytes else {
      throw .tooLarge(limit: limits.unpackedBytes)
    }
    let packed = max(1, Int(archive_filter_bytes(archive, -1)))
    guard unpackedBytes <= limits.ratioThreshold || unpackedBytes / packed < limits.ratio else {
      throw .ratioTooHigh(limit: limits.ratio)
    }
  }

  private var failure: ArchiveError {
    if archive_read_has_encrypted_entries(archive) > 0 { return .encrypted }
    if archive_errno(archive) == EIO { return .unreadable }
    return .damaged(reason: reason)
  }

  /// What libarchive says.
  private var reason: String {
    archive_error_string(archive).map { String(cString: $0) } ?? "for a reason unknown"
  }

  /// Asks libarchive for a name, or for what has one.
  ///
  /// It ends the process when a name cannot be had and `errno` says that memory is short. That may be left
  /// from any call before, such as one that unpacked another archive on this thread.
  private static func asking<Value>(_ body: () -> Value) -> Value {
    errno = 0
    return body()
  }

  private static func leadsOut(_ path: String) -> Bool {
    let components = path.split(whereSeparator: { $0 == "/" || $0 == "\\" })
    let isAbsolute =
      path.first == "/" || path.first == "\\" || components.first?.last == ":"
    return isAbsolute || components.contains("..")
  }

  private static func isLeftover(_ path: String) -> Bool {
    path.split(separator: "/").contains { component in
      component == "__MACOSX" || (component.first == "." && component != "." && component != "..")
    }
  }
}
