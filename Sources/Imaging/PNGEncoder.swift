public import Classification
import CSpng
import Glibc

/// Writes PNG files of 8 bits a sample with libspng.
public enum PNGEncoder {
  /// Encodes a grey picture.
  ///
  /// - Parameter grey: The grey levels, 0 black, 255 white, row by row.
  /// - Precondition: `grey` has `width * height` elements, at least one.
  public static func encode(grey: [UInt8], width: Int, height: Int) -> [UInt8] {
    encode(grey, type: SPNG_COLOR_TYPE_GRAYSCALE, samplesPerPixel: 1, width: width, height: height)
  }

  /// Encodes a picture in colour.
  ///
  /// - Parameter rgb: Red, green, blue, row by row.
  /// - Precondition: `rgb` has `3 * width * height` elements, at least three.
  public static func encode(rgb: [UInt8], width: Int, height: Int) -> [UInt8] {
    encode(rgb, type: SPNG_COLOR_TYPE_TRUECOLOR, samplesPerPixel: 3, width: width, height: height)
  }

  /// Encodes a picture in colour with opacity.
  ///
  /// - Parameter rgba: Red, green, blue, not multiplied by the opacity, and the opacity, row by row.
  /// - Precondition: `rgba` has `4 * width * height` elements, at least four.
  public static func encode(rgba: [UInt8], width: Int, height: Int) -> [UInt8] {
    encode(
      rgba, type: SPNG_COLOR_TYPE_TRUECOLOR_ALPHA, samplesPerPixel: 4, width: width, height: height)
  }

  private static func encode(
    _ samples: [UInt8], type: spng_color_type, samplesPerPixel: Int, width: Int, height: Int
  ) -> [UInt8] {
    precondition(
      width > 0 && height > 0 && samples.count == samplesPerPixel * width * height,
      "a picture has its pixels")
    guard let context = spng_ctx_new(Int32(SPNG_CTX_ENCODER.rawValue)) else {
      fatalError("out of memory")
    }
    defer { spng_ctx_free(context) }
    var header = spng_ihdr()
    header.width = UInt32(width)
    header.height = UInt32(height)
    header.bit_depth = 8
    header.color_type = UInt8(type.rawValue)
    spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1)
    // Photographs hardly shrink further, and take several times as long to.
    if samplesPerPixel > 1 { spng_set_option(context, SPNG_IMG_COMPRESSION_LEVEL, 1) }
    spng_set_ihdr(context, &header)
    spng_encode_image(
      context, samples, samples.count, Int32(SPNG_FMT_PNG.rawValue),
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
    PNGEncoder.encode(grey: bytes, width: Self.width, height: Self.height)
  }
}
