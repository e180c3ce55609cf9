/// Reads little-endian numbers and runs of bytes from a buffer, never past its end.
struct ByteReader {
  let bytes: ArraySlice<UInt8>
  /// The index of the next byte.
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// - Throws: `damaged` when the offset lies outside the buffer.
  init(_ bytes: [UInt8], at offset: Int) throws(StateDictFileError.Reason) {
    guard bytes.indices.contains(offset) else { throw .cutShort }
    self.init(bytes[offset...])
  }

  mutating func integer<Value: FixedWidthInteger>(
    _: Value.Type = Value.self
  ) throws(StateDictFileError.Reason) -> Value {
    let size = MemoryLayout<Value>.size
    return try take(size).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  /// An unsigned number that has to fit `Int`, as lengths and offsets do.
  mutating func length<Value: FixedWidthInteger & UnsignedInteger>(
    _: Value.Type
  ) throws(StateDictFileError.Reason) -> Int {
    guard let value = Int(exactly: try integer(Value.self)) else { throw .cutShort }
    return value
  }

  mutating func take(_ count: Int) throws(StateDictFileError.Reason) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.endIndex - position else { throw .cutShort }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The bytes up to a newline, which is passed over.
  mutating func line() throws(StateDictFileError.Reason) -> ArraySlice<UInt8> {
    guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { throw .cutShort }
    defer { position = end + 1 }
    return bytes[position..<end]
  }
}

extension StateDictFileError.Reason {
  /// A structure of the file ends before it should, or points outside it.
  static var cutShort: Self { .damaged("it is cut short") }
}
