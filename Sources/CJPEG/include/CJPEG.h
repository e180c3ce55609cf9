#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Decodes one JPEG picture in memory with libjpeg-turbo.
///
/// libjpeg reports errors by longjmp, which must not cross Swift frames: every function here
/// catches it and answers with a status instead.
typedef struct CJPEGDecoder CJPEGDecoder;

typedef enum __attribute__((enum_extensibility(closed))) CJPEGStatus {
  CJPEGStatusOK,
  /// The data end before the picture does.
  CJPEGStatusTruncated,
  CJPEGStatusDamaged,
  /// A kind of JPEG that this library does not decode.
  CJPEGStatusUnsupported,
  CJPEGStatusOutOfMemory,
} CJPEGStatus;

typedef struct CJPEGHeader {
  uint32_t width;
  uint32_t height;
  /// 1: grey; 3: decoded as RGB and a byte that means nothing; 4: decoded as CMYK, as stored.
  uint32_t components;
  /// Whether the file keeps luminance apart from colour, as nearly all do.
  bool has_luminance;
  /// The Exif block without its "Exif" prefix, NULL when there is none. Lives as long as the decoder.
  const uint8_t *exif;
  size_t exif_size;
} CJPEGHeader;

/// Creates a decoder that reads `bytes`, which must outlive it. NULL when memory runs out.
CJPEGDecoder *cjpeg_create(const uint8_t *bytes, size_t count);

void cjpeg_destroy(CJPEGDecoder *decoder);

/// Reads up to the first scan. No memory for pixels is taken before `cjpeg_start`.
CJPEGStatus cjpeg_read_header(CJPEGDecoder *decoder, CJPEGHeader *header);

/// Starts decoding, scaled down by `scale_denominator` (1, 2, 4 or 8), and gives the size of the output.
/// With `luminance_only`, which is for files that have it, a picture comes as a grey one does, and its
/// colours are not decoded.
CJPEGStatus cjpeg_start(
    CJPEGDecoder *decoder, uint32_t scale_denominator, bool luminance_only, uint32_t *width,
    uint32_t *height);

/// Decodes the next row: `width` pixels, each of one byte when grey, otherwise of four.
CJPEGStatus cjpeg_read_row(CJPEGDecoder *decoder, uint8_t *row);

/// Reads the rest of the data after the last row, to the marker that ends the picture.
CJPEGStatus cjpeg_finish(CJPEGDecoder *decoder);

/// What libjpeg says of the last failure.
const char *cjpeg_message(const CJPEGDecoder *decoder);

typedef struct CJPEGSource {
  /// Red, green, blue of each pixel, row by row.
  const uint8_t *samples;
  /// From 1 to 65500, as is the height.
  uint32_t width;
  uint32_t height;
  /// From 1 to 100, as libjpeg scales its quantization tables.
  int quality;
  /// An Exif block without its "Exif" prefix, at most 65527 bytes; NULL for none.
  const uint8_t *exif;
  size_t exif_size;
} CJPEGSource;

/// Encodes a baseline JPEG file with halved chroma. The caller frees it; NULL when memory runs out.
uint8_t *cjpeg_encode(const CJPEGSource *source, size_t *size);

#ifdef __cplusplus
}
#endif
