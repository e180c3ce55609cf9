import CJPEG
import Classification

/// Decodes JPEG files with libjpeg-turbo: slow integer DCT, fancy upsampling, as Pillow does.
enum JPEGDecoder {
  /// Bytes before a row in its memory, so that the row does not begin at a multiple of 16: there libjpeg-turbo
  /// writes colours past the caches, and they are read again at once. In the caches, a photograph of 640x480
  /// pixels is decoded in little more than half of the time.
  private static let misalignment = 8

  static func decode(
    _ file: UnsafeBufferPointer<UInt8>, for purpose: Picture.Purpose, limits: ImageLimits
  ) throws(ImagingError) -> Picture {
    guard let decoder = cjpeg_create(file.baseAddress, file.count) else {
      throw .outOfMemory(.jpeg)
    }
    defer { cjpeg_destroy(decoder) }
    var header = CJPEGHeader()
    try check(cjpeg_read_header(decoder, &header), decoder)
    try limits.check(width: Int(header.width), height: Int(header.height), format: .jpeg)

    let scale = purpose == .photo ? scaleDenominator(width: header.width, height: header.height) : 1
    // Whether a picture of a tensor's size has colours is asked for; of others the luminance counts.
    let luminanceOnly =
      purpose == .photo && header.has_luminance
      && max(header.width, header.height) > ImageTensor.width
    var width: UInt32 = 0
    var height: UInt32 = 0
    try check(cjpeg_start(decoder, scale, luminanceOnly, &width, &height), decoder)
    var picture = Picture(width: Int(width), height: Int(height), hasOpacity: false)
    picture.orientation =
      Orientation(exif: UnsafeBufferPointer(start: header.exif, count: header.exif_size)) ?? .up
    // Pillow takes all CMYK files for Adobe's, and they are nearly the only ones.
    let layout: PixelLayout =
      switch header.components {
      case _ where luminanceOnly: .grey
      case 1: .grey
      case 3: .rgbx
      default: .invertedCMYK
      }
    var memory = [UInt8](
      repeating: 0, count: misalignment + picture.width * layout.samplesPerPixel)
    for y in 0..<picture.height {
      try memory.withUnsafeMutableBufferPointer { (memory) throws(ImagingError) in
        let row = UnsafeMutableBufferPointer(rebasing: memory[misalignment...])
        try check(cjpeg_read_row(decoder, row.baseAddress), decoder)
        picture.setRow(y, to: UnsafeBufferPointer(row), layout: layout)
      }
    }
    try check(cjpeg_finish(decoder), decoder)
    return picture
  }

  /// The most by which libjpeg can shrink a picture that still has the working size.
  private static func scaleDenominator(width: UInt32, height: UInt32) -> UInt32 {
    let side = Int(max(width, height))
    return [8, 4, 2].first { side / Int($0) >= PhotoPreprocessing.workingSide } ?? 1
  }

  private static func check(
    _ status: CJPEGStatus, _ decoder: OpaquePointer
  ) throws(ImagingError) {
    switch status {
    case .OK: return
    case .truncated: throw .truncated(.jpeg)
    case .damaged: throw .damaged(.jpeg, reason: String(cString: cjpeg_message(decoder)))
    case .unsupported:
      throw .unsupportedVariant(.jpeg, reason: String(cString: cjpeg_message(decoder)))
    case .outOfMemory: throw .outOfMemory(.jpeg)
    }
  }
}
