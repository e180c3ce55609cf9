/// Builds a ZIP archive of stored entries whose contents start at multiples of 64 bytes, as
/// PyTorch's writer does so that storages can be mapped into memory.
///
/// The same entries give the same bytes: every entry is dated 1980-01-01.
struct ZipWriter {
  private static let alignment = 64
  private static let localHeaderSize = 30
  /// The identifier PyTorch gives the extra field it pads with, "FB".
  private static let paddingField: UInt16 = 0x4246

  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var entryCount: UInt16 = 0

  mutating func append(
    _ content: [UInt8], named name: String
  ) throws(StateDictFileError.Reason) {
    guard bytes.count + content.count <= 0xFFF0_0000, entryCount < 0xFFFE else {
      throw .unwritable("it would need a ZIP archive of more than 4 GiB or 65,534 entries")
    }
    let offset = UInt32(bytes.count)
    let nameEnd = bytes.count + Self.localHeaderSize + name.utf8.count
    // The extra field's own header takes 4 bytes before its padding.
    let padding = -(nameEnd + 4) & (Self.alignment - 1)
    let description = Self.description(of: content, named: name)

    bytes.append(littleEndian: 0x0403_4B50 as UInt32)
    bytes += description
    bytes.append(littleEndian: UInt16(4 + padding))
    bytes += name.utf8
    bytes.append(littleEndian: Self.paddingField)
    bytes.append(littleEndian: UInt16(padding))
    bytes += repeatElement(0, count: padding)
    bytes += content

    directory.append(littleEndian: 0x0201_4B50 as UInt32)
    directory.append(littleEndian: 20 as UInt16)  // made by version 2.0
    directory += description
    directory += repeatElement(0, count: 12)  // no extra field, comment, disk number, attributes
    directory.append(littleEndian: offset)
    directory += name.utf8
    entryCount += 1
  }

  /// The archive, with its directory at the end.
  consuming func finish() -> [UInt8] {
    let directoryOffset = UInt32(bytes.count)
    bytes += directory
    bytes.append(littleEndian: 0x0605_4B50 as UInt32)
    bytes.append(littleEndian: 0 as UInt32)  // disk numbers
    bytes.append(littleEndian: entryCount)
    bytes.append(littleEndian: entryCount)
    bytes.append(littleEndian: UInt32(directory.count))
    bytes.append(littleEndian: directoryOffset)
    bytes.append(littleEndian: 0 as UInt16)  // no comment
    return bytes
  }

  /// The fields that an entry has in front of it and in the directory alike.
  private static func description(of content: [UInt8], named name: String) -> [UInt8] {
    var fields: [UInt8] = []
    fields.append(littleEndian: 20 as UInt16)  // needs version 2.0
    fields.append(littleEndian: 0x0800 as UInt16)  // the name is UTF-8
    fields.append(littleEndian: 0 as UInt16)  // stored
    fields.append(littleEndian: 0 as UInt16)  // midnight
    fields.append(littleEndian: 0x0021 as UInt16)  // 1980-01-01
    fields.append(littleEndian: Zlib.checksum(content[...]))
    fields.append(littleEndian: UInt32(content.count))
    fields.append(littleEndian: UInt32(content.count))
    fields.append(littleEndian: UInt16(name.utf8.count))
    return fields
  }
}

extension [UInt8] {
  /// Appends a number's bytes, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 }
  }
}
