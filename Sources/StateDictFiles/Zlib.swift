import CZlib

/// Checksums and decompression of ZIP entries, by zlib.
enum Zlib {
  /// The CRC-32 of some bytes.
  static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count))
    }
  }

  /// Decompresses a raw deflate stream (RFC 1951) that has to give exactly `size` bytes.
  static func inflate(
    _ bytes: ArraySlice<UInt8>, size: Int
  ) throws(StateDictFileError.Reason) -> [UInt8] {
    // Deflate cannot compress better than 1032 to 1, so a larger size is a lie not worth memory.
    guard size / 1032 <= bytes.count, let available = UInt32(exactly: bytes.count),
      let room = UInt32(exactly: size)
    else { throw .damaged("an entry's size is not possible") }
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .unreadable("zlib could not be started") }
    defer { inflateEnd(&stream) }
    var input = Array(bytes)
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: size) { target, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = available
        stream.next_out = target.baseAddress
        stream.avail_out = room
        status = CZlib.inflate(&stream, Z_FINISH)
        count = size - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END, output.count == size else {
      throw .damaged("an entry's compressed data are damaged")
    }
    return output
  }
}
