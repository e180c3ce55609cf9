import CDeflate

/// Decodes the PNG files that data sets are made of: small grey pictures of 8 bits a pixel, and nothing
/// else in the file.
///
/// A decoder for any PNG spends most of its time on what such a file does not have. Everything that is
/// not such a file, or not right to the last bit, is left to ``PNGDecoder``, which says what is wrong.
///
/// Source: Portable Network Graphics (PNG) Specification, second edition, 2003, sections 5, 9 and 11.
enum PlainPNG {
  /// Pixels of the largest picture.
  private static let pixelLimit = 64 << 10
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The length, the type and the checksum of a chunk.
  private static let chunkOverhead = 12
  /// Where the first chunk ends, which is the header.
  private static let headerEnd = 8 + chunkOverhead + 13

  /// Decodes a file; `nil` when it is of another kind, damaged or too large.
  static func decode(_ file: UnsafeBufferPointer<UInt8>, limits: ImageLimits) -> Picture? {
    guard file.count > headerEnd + 2 * chunkOverhead,
      file.starts(with: signature), chunk("IHDR", at: 8, of: file)?.count == 13,
      // 8 bits, grey, the only compression and filters there are, not interlaced.
      file[24..<29].elementsEqual([8, 0, 0, 0, 0]),
      let data = chunk("IDAT", at: headerEnd, of: file),
      let end = chunk("IEND", at: headerEnd + chunkOverhead + data.count, of: file),
      end.isEmpty, headerEnd + 2 * chunkOverhead + data.count == file.count
    else { return nil }
    let (width, height) = (integer(in: file, at: 16), integer(in: file, at: 20))
    guard width > 0, height > 0, width <= pixelLimit, width * height <= pixelLimit,
      (try? limits.check(width: width, height: height, format: .png)) != nil,
      let rows = inflate(data, size: (width + 1) * height),
      let pixels = unfiltered(rows, width: width, height: height)
    else { return nil }
    return Picture(grey: pixels, width: width, height: height)
  }

  /// The content of a chunk that has to be at a place; `nil` when there is another, or its checksum does
  /// not fit.
  private static func chunk(
    _ type: StaticString, at offset: Int, of file: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    guard offset + chunkOverhead <= file.count else { return nil }
    let count = integer(in: file, at: offset)
    guard offset + chunkOverhead + count <= file.count else { return nil }
    let checked = UnsafeBufferPointer(rebasing: file[offset + 4..<offset + 8 + count])
    guard checked.prefix(4).elementsEqual(UnsafeBufferPointer(start: type.utf8Start, count: 4)),
      Int(libdeflate_crc32(0, checked.baseAddress, checked.count))
        == integer(in: file, at: offset + 8 + count)
    else { return nil }
    return UnsafeBufferPointer(rebasing: checked.dropFirst(4))
  }

  private static func integer(in file: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
    Int(file[offset]) << 24 | Int(file[offset + 1]) << 16 | Int(file[offset + 2]) << 8
      | Int(file[offset + 3])
  }

  /// The rows with the number of a filter before each; `nil` when there are more or fewer bytes.
  private static func inflate(_ data: UnsafeBufferPointer<UInt8>, size: Int) -> [UInt8]? {
    guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
    defer { libdeflate_free_decompressor(decompressor) }
    var isWhole = false
    let rows = [UInt8](unsafeUninitializedCapacity: size) { rows, count in
      var (read, written) = (0, 0)
      let result = libdeflate_zlib_decompress_ex(
        decompressor, data.baseAddress, data.count, rows.baseAddress, size, &read, &written)
      isWhole = result == LIBDEFLATE_SUCCESS && read == data.count && written == size
      count = isWhole ? size : 0
    }
    return isWhole ? rows : nil
  }

  /// The pixels; `nil` when a filter is unknown.
  private static func unfiltered(_ rows: [UInt8], width: Int, height: Int) -> [UInt8]? {
    // Above the first row there is one of zeros.
    var pixels = [UInt8](repeating: 0, count: (height + 1) * width)
    let isKnown = pixels.withUnsafeMutableBufferPointer { pixels in
      rows.withUnsafeBufferPointer { rows in
        (0..<height).allSatisfy { y in
          let row = UnsafeBufferPointer(
            rebasing: rows[y * (width + 1) + 1..<(y + 1) * (width + 1)])
          return unfilter(
            row, by: rows[y * (width + 1)], below: pixels[y * width..<(y + 1) * width],
            into: pixels[(y + 1) * width..<(y + 2) * width])
        }
      }
    }
    return isKnown ? Array(pixels[width...]) : nil
  }

  /// Undoes the filter of a row.
  ///
  /// - Returns: Whether there is such a filter.
  private static func unfilter(
    _ row: UnsafeBufferPointer<UInt8>, by filter: UInt8,
    below above: Slice<UnsafeMutableBufferPointer<UInt8>>,
    into pixels: Slice<UnsafeMutableBufferPointer<UInt8>>
  ) -> Bool {
    let above = UnsafeMutableBufferPointer(rebasing: above)
    let pixels = UnsafeMutableBufferPointer(rebasing: pixels)
    var left: UInt8 = 0
    var corner: UInt8 = 0
    switch filter {
    case 0:
      for x in row.indices { pixels[x] = row[x] }
    case 1:
      for x in row.indices {
        left &+= row[x]
        pixels[x] = left
      }
    case 2:
      for x in row.indices { pixels[x] = row[x] &+ above[x] }
    case 3:
      for x in row.indices {
        left = row[x] &+ UInt8((UInt16(left) + UInt16(above[x])) / 2)
        pixels[x] = left
      }
    case 4:
      for x in row.indices {
        left = row[x] &+ nearest(left, above[x], corner)
        corner = above[x]
        pixels[x] = left
      }
    default: return false
    }
    return true
  }

  /// Paeth's predictor: which of three neighbours is nearest to the plane through them.
  private static func nearest(_ left: UInt8, _ above: UInt8, _ corner: UInt8) -> UInt8 {
    let (a, b, c) = (Int16(left), Int16(above), Int16(corner))
    let (toLeft, toAbove, toCorner) = (abs(b - c), abs(a - c), abs(a + b - 2 * c))
    if toLeft <= toAbove && toLeft <= toCorner { return left }
    return toAbove <= toCorner ? above : corner
  }
}
