import CWebP

/// Decodes WebP files with libwebp; of an animation the first frame.
enum WebPDecoder {
  static func decode(
    _ file: UnsafeBufferPointer<UInt8>, for purpose: Picture.Purpose, limits: ImageLimits
  ) throws(ImagingError) -> Picture {
    // The declared size, before libwebp builds anything.
    var features = WebPBitstreamFeatures()
    switch WebPGetFeatures(file.baseAddress, file.count, &features) {
    case VP8_STATUS_OK: break
    case VP8_STATUS_NOT_ENOUGH_DATA: throw .truncated(.webp)
    case VP8_STATUS_OUT_OF_MEMORY: throw .outOfMemory(.webp)
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      throw .unsupportedVariant(.webp, reason: "an unknown feature")
    default: throw .damaged(.webp, reason: "its header is invalid")
    }
    let width = Int(features.width)
    let height = Int(features.height)
    try limits.check(width: width, height: height, format: .webp)
    guard isWhole(file) else { throw .truncated(.webp) }

    var data = WebPData(bytes: file.baseAddress, size: file.count)
    guard let container = WebPDemux(&data) else {
      throw .damaged(.webp, reason: "its chunks do not fit together")
    }
    defer { WebPDemuxDelete(container) }
    let pixels = try firstFrame(of: container, width: width, height: height)
    var picture = Picture(width: width, height: height, hasOpacity: purpose == .photo)
    picture.orientation = orientation(of: container)
    pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<height {
        let row = UnsafeBufferPointer(rebasing: pixels[y * width * 4..<(y + 1) * width * 4])
        picture.setRow(y, to: row, layout: .rgba)
      }
    }
    return picture
  }

  /// Whether all the bytes are there that the RIFF header announces.
  private static func isWhole(_ file: UnsafeBufferPointer<UInt8>) -> Bool {
    let announced = (4..<8).reversed().reduce(0) { $0 << 8 | Int(file[$1]) }
    return file.count >= 8 + announced
  }

  /// The RGBA pixels of the canvas after the first frame: transparent where the frame is not.
  private static func firstFrame(
    of container: OpaquePointer, width: Int, height: Int
  ) throws(ImagingError) -> [UInt8] {
    var frame = WebPIterator()
    guard WebPDemuxGetFrame(container, 1, &frame) != 0 else {
      throw .damaged(.webp, reason: "it has no frame")
    }
    defer { WebPDemuxReleaseIterator(&frame) }
    let left = Int(frame.x_offset)
    let top = Int(frame.y_offset)
    guard left + Int(frame.width) <= width, top + Int(frame.height) <= height else {
      throw .damaged(.webp, reason: "its first frame lies outside of the picture")
    }
    let stride = width * 4
    let start = top * stride + left * 4
    var canvas = [UInt8](repeating: 0, count: stride * height)
    let isDecoded = canvas.withUnsafeMutableBufferPointer { canvas in
      let target = UnsafeMutableBufferPointer(rebasing: canvas[start...])
      return WebPDecodeRGBAInto(
        frame.fragment.bytes, frame.fragment.size, target.baseAddress, target.count, Int32(stride))
        != nil
    }
    guard isDecoded else { throw .damaged(.webp, reason: "its pixels cannot be decoded") }
    return canvas
  }

  private static func orientation(of container: OpaquePointer) -> Orientation {
    var chunk = WebPChunkIterator()
    guard WebPDemuxGetChunk(container, "EXIF", 1, &chunk) != 0 else { return .up }
    defer { WebPDemuxReleaseChunkIterator(&chunk) }
    var exif = UnsafeBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size)
    // Some programs copy the prefix of JPEG's segment too.
    let prefix = Array("Exif".utf8) + [0, 0]
    if exif.starts(with: prefix) { exif = UnsafeBufferPointer(rebasing: exif[prefix.count...]) }
    return Orientation(exif: exif) ?? .up
  }
}
