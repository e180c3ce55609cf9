import CSpng

/// Decodes PNG files with libspng.
enum PNGDecoder {
  static func decode(
    _ file: UnsafeBufferPointer<UInt8>, for purpose: Picture.Purpose, limits: ImageLimits
  ) throws(ImagingError) -> Picture {
    guard let context = spng_ctx_new(0) else { throw .outOfMemory(.png) }
    defer { spng_ctx_free(context) }
    try check(spng_set_png_buffer(context, file.baseAddress, file.count))
    try check(
      spng_set_chunk_limits(context, limits.maximumMetadataSize, limits.maximumMetadataSize))
    let (width, height) = try declaredSize(of: file)
    try limits.check(width: width, height: height, format: .png)
    guard isWhole(file) else { throw .truncated(.png) }

    var header = spng_ihdr()
    try check(spng_get_ihdr(context, &header))
    let converter = PNGRowConverter(
      header: header, palette: try palette(of: context),
      transparency: purpose == .photo ? try transparency(of: context) : nil,
      clipsWideGrey: purpose == .classic)
    var picture = Picture(
      width: width, height: height,
      hasOpacity: purpose == .photo && converter.layout.opacityPosition != nil)
    var size = 0
    try check(spng_decoded_image_size(context, Int32(SPNG_FMT_PNG.rawValue), &size))
    if header.interlace_method == 0 {
      try decodeRows(of: context, rowSize: size / height, into: &picture, by: converter)
    } else {
      try decodeInterlaced(context, rowSize: size / height, into: &picture, by: converter)
    }
    // What follows the pixels, Exif for one.
    try check(spng_decode_chunks(context))
    picture.orientation = orientation(of: context)
    return picture
  }

  /// The size in the header, which libspng refuses to tell when it is absurd.
  private static func declaredSize(
    of file: UnsafeBufferPointer<UInt8>
  ) throws(ImagingError) -> (width: Int, height: Int) {
    guard file.count >= 24 else { throw .truncated(.png) }
    guard file[12..<16].elementsEqual("IHDR".utf8) else {
      throw .damaged(.png, reason: "it does not begin with a header")
    }
    return (integer(in: file, at: 16), integer(in: file, at: 20))
  }

  /// Whether all chunks are there up to the one that ends the file, which libspng does not insist on.
  private static func isWhole(_ file: UnsafeBufferPointer<UInt8>) -> Bool {
    // The signature, then chunks of a length, a type, that many bytes, and a checksum.
    var offset = 8
    while offset + 12 <= file.count {
      let end = offset + 12 + integer(in: file, at: offset)
      if file[offset + 4..<offset + 8].elementsEqual("IEND".utf8) { return end <= file.count }
      offset = end
    }
    return false
  }

  private static func integer(in file: UnsafeBufferPointer<UInt8>, at offset: Int) -> Int {
    file[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  private static func decodeRows(
    of context: OpaquePointer, rowSize: Int, into picture: inout Picture,
    by converter: PNGRowConverter
  ) throws(ImagingError) {
    try check(
      spng_decode_image(
        context, nil, 0, Int32(SPNG_FMT_PNG.rawValue), Int32(SPNG_DECODE_PROGRESSIVE.rawValue)))
    var row = [UInt8](repeating: 0, count: rowSize)
    var samples = converter.makeBuffer(width: picture.width)
    for y in 0..<picture.height {
      let status = row.withUnsafeMutableBytes {
        spng_decode_row(context, $0.baseAddress, $0.count)
      }
      if status != Int32(SPNG_EOI.rawValue) { try check(status) }
      row.withUnsafeBytes { converter.convert($0, y: y, of: &picture, samples: &samples) }
    }
  }

  /// Interlaced rows come in seven passes, so all of them have to be kept.
  private static func decodeInterlaced(
    _ context: OpaquePointer, rowSize: Int, into picture: inout Picture,
    by converter: PNGRowConverter
  ) throws(ImagingError) {
    var rows = [UInt8](repeating: 0, count: rowSize * picture.height)
    try check(
      rows.withUnsafeMutableBytes {
        spng_decode_image(context, $0.baseAddress, $0.count, Int32(SPNG_FMT_PNG.rawValue), 0)
      })
    var samples = converter.makeBuffer(width: picture.width)
    rows.withUnsafeBytes { rows in
      for y in 0..<picture.height {
        let row = UnsafeRawBufferPointer(rebasing: rows[y * rowSize..<(y + 1) * rowSize])
        converter.convert(row, y: y, of: &picture, samples: &samples)
      }
    }
  }

  private static func palette(of context: OpaquePointer) throws(ImagingError) -> spng_plte? {
    var palette = spng_plte()
    return try isPresent(spng_get_plte(context, &palette)) ? palette : nil
  }

  private static func transparency(of context: OpaquePointer) throws(ImagingError) -> spng_trns? {
    var transparency = spng_trns()
    return try isPresent(spng_get_trns(context, &transparency)) ? transparency : nil
  }

  private static func orientation(of context: OpaquePointer) -> Orientation {
    var exif = spng_exif()
    guard spng_get_exif(context, &exif) == 0, let data = exif.data else { return .up }
    return data.withMemoryRebound(to: UInt8.self, capacity: exif.length) {
      Orientation(exif: UnsafeBufferPointer(start: $0, count: exif.length)) ?? .up
    }
  }

  private static func isPresent(_ status: Int32) throws(ImagingError) -> Bool {
    if status == Int32(SPNG_ECHUNKAVAIL.rawValue) { return false }
    try check(status)
    return true
  }

  private static func check(_ status: Int32) throws(ImagingError) {
    switch spng_errno(status) {
    case SPNG_OK: return
    case SPNG_IO_EOF, SPNG_EIDAT_TOO_SHORT: throw .truncated(.png)
    case SPNG_ECHUNK_LIMITS: throw .metadataTooLarge(.png)
    case SPNG_EMEM: throw .outOfMemory(.png)
    default: throw .damaged(.png, reason: String(cString: spng_strerror(status)))
    }
  }
}
