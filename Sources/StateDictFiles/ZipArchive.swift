/// The entries of a ZIP archive in memory, stored or deflated, with 64-bit sizes where it has them.
///
/// Strict, since it reads files of strangers: the archive has to end with its directory, each entry
/// has to lie within it under the same name twice, and its CRC-32 has to agree. A library would read
/// such archives too, but none of Debian's can write entries aligned as PyTorch wants them
/// (``ZipWriter``), and the two halves check each other.
/// Source: PKWARE, *APPNOTE.TXT - .ZIP File Format Specification*, version 6.3.10, sections 4.3 to 4.5.
struct ZipArchive {
  /// The most bytes of content an archive may have: it bounds what a small file can make of us.
  private static let maximumSize = 2 << 30

  /// One file of the archive, as the directory describes it.
  private struct Entry {
    let name: String
    let isDeflated: Bool
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let headerOffset: Int
  }

  /// The content of each entry by its name.
  private(set) var contents: [String: ArraySlice<UInt8>] = [:]

  static func isArchive(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
  }

  init(_ bytes: [UInt8]) throws(StateDictFileError.Reason) {
    let directory = try Self.directory(of: bytes)
    var reader = try ByteReader(bytes, at: directory.offset)
    var totalSize = 0
    for _ in 0..<directory.entryCount {
      let entry = try Self.entry(&reader)
      guard entry.size <= Self.maximumSize - totalSize else {
        throw .unsupported("its content is larger than \(Self.maximumSize) bytes")
      }
      totalSize += entry.size
      let content = try Self.content(of: entry, in: bytes)
      guard contents.updateValue(content, forKey: entry.name) == nil else {
        throw .damaged("it has two entries called \(entry.name)")
      }
    }
  }

  /// The content of an entry, after a check of its checksum.
  private static func content(
    of entry: Entry, in bytes: [UInt8]
  ) throws(StateDictFileError.Reason) -> ArraySlice<UInt8> {
    var reader = try ByteReader(bytes, at: entry.headerOffset)
    guard try reader.integer(UInt32.self) == Signature.localHeader else {
      throw .damaged("the entry \(entry.name) is not where the directory says")
    }
    _ = try reader.take(22)
    let nameLength = try reader.length(UInt16.self)
    let extraLength = try reader.length(UInt16.self)
    guard try reader.take(nameLength).elementsEqual(entry.name.utf8) else {
      throw .damaged("the entry \(entry.name) has two names")
    }
    _ = try reader.take(extraLength)
    let stored = try reader.take(entry.compressedSize)
    let content = entry.isDeflated ? try Zlib.inflate(stored, size: entry.size)[...] : stored
    guard content.count == entry.size, Zlib.checksum(content) == entry.checksum else {
      throw .damaged("the checksum of \(entry.name) is wrong; copy or download the file again")
    }
    return content
  }

  private enum Signature {
    static let localHeader: UInt32 = 0x0403_4B50
    static let directoryHeader: UInt32 = 0x0201_4B50
    static let endOfDirectory64: UInt32 = 0x0606_4B50
    static let locator64: UInt32 = 0x0706_4B50
  }

  private static let endSize = 22
  private static let locatorSize = 20
  /// Bytes of an entry in the directory, without its name.
  private static let directoryHeaderSize = 46

  /// Where the directory starts, and how many entries it lists.
  private static func directory(
    of bytes: [UInt8]
  ) throws(StateDictFileError.Reason) -> (offset: Int, entryCount: Int) {
    // A comment of up to 65,535 bytes may follow the end record, whose last field is its length.
    let candidates = max(0, bytes.count - endSize - 0xFFFF)..<max(0, bytes.count - endSize + 1)
    let found = candidates.last { offset in
      bytes[offset..<offset + 4].elementsEqual([0x50, 0x4B, 0x05, 0x06])
        && Int(bytes[offset + 20]) | Int(bytes[offset + 21]) << 8 == bytes.count - offset - endSize
    }
    guard let end = found else { throw .cutShort }
    var reader = try ByteReader(bytes, at: end + 10)
    var entryCount = try reader.length(UInt16.self)
    var size = try reader.length(UInt32.self)
    var offset = try reader.length(UInt32.self)
    if entryCount == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF {
      reader = try ByteReader(bytes, at: end - locatorSize)
      guard try reader.integer(UInt32.self) == Signature.locator64 else { throw .cutShort }
      _ = try reader.take(4)
      reader = try ByteReader(bytes, at: try reader.length(UInt64.self))
      guard try reader.integer(UInt32.self) == Signature.endOfDirectory64 else { throw .cutShort }
      _ = try reader.take(28)
      entryCount = try reader.length(UInt64.self)
      size = try reader.length(UInt64.self)
      offset = try reader.length(UInt64.self)
    }
    guard offset <= end, size <= end - offset, entryCount <= size / directoryHeaderSize else {
      throw .damaged("its directory does not fit into it")
    }
    return (offset, entryCount)
  }

  /// The next entry of the directory.
  private static func entry(
    _ reader: inout ByteReader
  ) throws(StateDictFileError.Reason) -> Entry {
    guard try reader.integer(UInt32.self) == Signature.directoryHeader else {
      throw .damaged("its directory is altered")
    }
    _ = try reader.take(4)
    let flags = try reader.integer(UInt16.self)
    let method = try reader.integer(UInt16.self)
    _ = try reader.take(4)
    let checksum = try reader.integer(UInt32.self)
    var compressedSize = try reader.length(UInt32.self)
    var size = try reader.length(UInt32.self)
    let nameLength = try reader.length(UInt16.self)
    let extraLength = try reader.length(UInt16.self)
    let commentLength = try reader.length(UInt16.self)
    _ = try reader.take(8)
    var headerOffset = try reader.length(UInt32.self)
    guard let name = String(validating: try reader.take(nameLength), as: UTF8.self) else {
      throw .damaged("an entry's name is not UTF-8")
    }
    try widen(&size, &compressedSize, &headerOffset, from: ByteReader(reader.take(extraLength)))
    _ = try reader.take(commentLength)
    guard flags & 1 == 0 else { throw .unsupported("it is encrypted") }
    guard method == 0 || method == 8 else {
      throw .unsupported("the entry \(name) is compressed by method \(method), not by deflate")
    }
    return Entry(
      name: name, isDeflated: method == 8, checksum: checksum, compressedSize: compressedSize,
      size: size, headerOffset: headerOffset)
  }

  /// Takes the fields that are all ones from the entry's 64-bit extra field (section 4.5.3).
  private static func widen(
    _ size: inout Int, _ compressedSize: inout Int, _ headerOffset: inout Int,
    from extra: ByteReader
  ) throws(StateDictFileError.Reason) {
    guard [size, compressedSize, headerOffset].contains(0xFFFF_FFFF) else { return }
    var reader = extra
    while true {
      let identifier = try reader.integer(UInt16.self)
      var field = ByteReader(try reader.take(try reader.length(UInt16.self)))
      guard identifier == 1 else { continue }
      if size == 0xFFFF_FFFF { size = try field.length(UInt64.self) }
      if compressedSize == 0xFFFF_FFFF { compressedSize = try field.length(UInt64.self) }
      if headerOffset == 0xFFFF_FFFF { headerOffset = try field.length(UInt64.self) }
      return
    }
  }
}
