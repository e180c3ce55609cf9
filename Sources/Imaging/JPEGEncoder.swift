import CJPEG
import Glibc

/// Writes baseline JPEG files with libjpeg-turbo.
public enum JPEGEncoder {
  /// The longest side of a picture, which is libjpeg's.
  public static let maximumSide = 65_500

  /// Encodes a picture of three bytes a pixel, its chroma at half the resolution.
  ///
  /// - Parameters:
  ///   - rgb: Red, green, blue, from 0 to 255, row by row.
  ///   - width: Pixels in a row.
  ///   - height: Rows.
  ///   - quality: From 1 to 100, as libjpeg scales its quantization tables.
  ///   - orientation: How the file asks to be turned; it is written as Exif unless it is ``Orientation/up``.
  /// - Precondition: `rgb` has `3 * width * height` elements, at least three, and no side is longer
  ///   than ``maximumSide``; `quality` is from 1 to 100.
  public static func encode(
    rgb: [UInt8], width: Int, height: Int, quality: Int, orientation: Orientation = .up
  ) -> [UInt8] {
    precondition(
      (1...maximumSide).contains(width) && (1...maximumSide).contains(height)
        && rgb.count == 3 * width * height, "a picture has its pixels")
    precondition((1...100).contains(quality), "a quality is from 1 to 100")
    let exif = orientation == .up ? [] : orientation.exif
    var size = 0
    let file = rgb.withUnsafeBufferPointer { samples in
      exif.withUnsafeBufferPointer { exif in
        var source = CJPEGSource(
          samples: samples.baseAddress, width: UInt32(width), height: UInt32(height),
          quality: Int32(quality), exif: exif.isEmpty ? nil : exif.baseAddress,
          exif_size: exif.count)
        return cjpeg_encode(&source, &size)
      }
    }
    // With valid sides and a valid quality, nothing but memory can be missing, as for any array.
    guard let file else { fatalError("out of memory") }
    defer { free(file) }
    return [UInt8](UnsafeRawBufferPointer(start: file, count: size))
  }
}
