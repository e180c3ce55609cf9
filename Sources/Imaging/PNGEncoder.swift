public import Classification
import CSpng
import Glibc

/// Writes 8-bit grey PNG files with libspng.
public enum PNGEncoder {
  /// Encodes a grey picture.
  ///
  /// - Parameter grey: The grey levels, 0 black, 255 white, row by row.
  /// - Precondition: `grey` has `width * height` elements, at least one.
  public static func encode(grey: [UInt8], width: Int, height: Int) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && grey.count == width * height, "a picture has its pixels")
    guard let context = spng_ctx_new(Int32(SPNG_CTX_ENCODER.rawValue)) else {
      fatalError("out of memory")
    }
    defer { spng_ctx_free(context) }
    var header = spng_ihdr()
    header.width = UInt32(width)
    header.height = UInt32(height)
    header.bit_depth = 8
    header.color_type = UInt8(SPNG_COLOR_TYPE_GRAYSCALE.rawValue)
    spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1)
    spng_set_ihdr(context, &header)
    spng_encode_image(
      context, grey, grey.count, Int32(SPNG_FMT_PNG.rawValue),
      Int32(SPNG_ENCODE_FINALIZE.rawValue))
    var size = 0
    var status: Int32 = 0
    // With a valid header, nothing but memory can be missing, as for any array.
    guard let file = spng_get_png_buffer(context, &size, &status) else {
      fatalError("the picture could not be encoded: \(String(cString: spng_strerror(status)))")
    }
    defer { free(file) }
    return [UInt8](UnsafeRawBufferPointer(start: file, count: size))
  }
}

extension ImageTensor {
  /// The picture as a grey PNG file of 28x28 pixels, each level rounded to the nearest of 256.
  public func pngData() -> [UInt8] {
    PNGEncoder.encode(
      grey: pixels.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) },
      width: Self.width, height: Self.height)
  }
}
