/// The kinds of archives that are read, and of compressed files that may hold a tar archive.
public enum ArchiveFormat: String, CaseIterable, Sendable {
  case zip, rar, sevenZip = "7z", tar, gzip, zstd, xz, bzip2

  /// Bytes of a file that are enough to tell its kind.
  public static let detectionLength = 264

  /// The kind that the first bytes of a file announce; `nil` when it is none of these.
  public init?(detecting bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(Self.detectionLength))
    let match = Self.signatures.first { signature in
      head.dropFirst(signature.offset).starts(with: signature.bytes)
    }
    guard let match else { return nil }
    self = match.format
  }

  private static let signatures: [(format: ArchiveFormat, offset: Int, bytes: [UInt8])] = [
    (.zip, 0, [0x50, 0x4b, 3, 4]),
    // An archive without entries, and the first of several parts.
    (.zip, 0, [0x50, 0x4b, 5, 6]),
    (.zip, 0, [0x50, 0x4b, 7, 8]),
    (.rar, 0, Array("Rar!".utf8) + [0x1a, 7]),
    (.sevenZip, 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]),
    (.gzip, 0, [0x1f, 0x8b]),
    (.zstd, 0, [0x28, 0xb5, 0x2f, 0xfd]),
    (.xz, 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    (.bzip2, 0, Array("BZh".utf8)),
    (.tar, 257, Array("ustar".utf8)),
  ]
}
