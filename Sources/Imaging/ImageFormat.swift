/// The file formats that are decoded.
public enum ImageFormat: String, CaseIterable, Sendable, Codable {
  /// Portable Network Graphics (ISO/IEC 15948).
  case png = "PNG"
  /// JPEG (ISO/IEC 10918-1), in JFIF, Exif or Adobe files.
  case jpeg = "JPEG"
  /// WebP, lossy or lossless; of an animation the first frame.
  case webp = "WebP"

  /// The format that the first bytes of a file announce, or `nil`. File names play no part.
  public init?(detecting bytes: some Collection<UInt8>) {
    let head = Array(bytes.prefix(12))
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if head.count == 12, head.starts(with: "RIFF".utf8),
      head[8...].elementsEqual("WEBP".utf8)
    {
      self = .webp
    } else {
      return nil
    }
  }
}
