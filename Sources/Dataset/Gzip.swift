import CZlib

/// Whole gzip files in memory (RFC 1952), by zlib.
enum Gzip {
  /// More than any data set of 28x28 pictures needs; a bound on what a crafted file can make of us.
  private static let maximumSize = 4 << 30
  private static let chunkSize = 1 << 20
  /// Window bits of 15, plus 16 for the gzip wrapping.
  private static let windowBits: Int32 = 15 + 16

  static func isCompressed(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  static func decompress(_ bytes: [UInt8], file: String) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    guard
      inflateInit2_(
        &stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .damaged(file: file, reason: "zlib could not be started") }
    defer { inflateEnd(&stream) }
    return try run(
      &stream, over: bytes, step: { inflate(&$0, Z_NO_FLUSH) },
      failure: .damaged(file: file, reason: "its gzip data are damaged or cut short"))
  }

  static func compress(_ bytes: [UInt8], file: String) throws(DatasetError) -> [UInt8] {
    var stream = z_stream()
    guard
      deflateInit2_(
        &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
        Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .unwritable(file: file, reason: "zlib could not be started") }
    defer { deflateEnd(&stream) }
    return try run(
      &stream, over: bytes, step: { deflate(&$0, Z_FINISH) },
      failure: .unwritable(file: file, reason: "zlib failed"))
  }

  /// Feeds all of `bytes` through a stream and collects what comes out, until it says it is finished.
  private static func run(
    _ stream: inout z_stream, over bytes: [UInt8], step: (inout z_stream) -> Int32,
    failure: DatasetError
  ) throws(DatasetError) -> [UInt8] {
    var output: [UInt8] = []
    var input = bytes
    let status = input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(clamping: source.count)
      var status = Z_OK
      var chunk = [UInt8](repeating: 0, count: chunkSize)
      while status == Z_OK && output.count <= maximumSize {
        let produced = chunk.withUnsafeMutableBufferPointer { target in
          stream.next_out = target.baseAddress
          stream.avail_out = UInt32(target.count)
          status = step(&stream)
          return target.count - Int(stream.avail_out)
        }
        output += chunk[..<produced]
      }
      return status
    }
    guard status == Z_STREAM_END else { throw failure }
    return output
  }
}
