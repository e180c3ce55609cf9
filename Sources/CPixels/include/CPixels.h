#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Computes the luminance of pixels of four bytes: red, green, blue, and one that means nothing.
///
/// The luma of ITU-R BT.601 (0.299, 0.587, 0.114) in 16-bit fixed point, rounded: the weights and the
/// rounding of Pillow. Returns whether any pixel has a colour.
bool cpixels_luminance(const uint8_t *samples, size_t count, uint8_t *luminance);

/// What the pixels of a resized row are made of: of `count` pixels of the old row from `start` on, each
/// times its weight. A weight is `high * 2048 + low`, so that both halves are factors of 16 bits, of which
/// a processor multiplies most at once.
typedef struct CPixelsTaps {
  uint32_t start;
  uint32_t count;
} CPixelsTaps;

/// Bits of the lower half of a weight.
enum { CPixelsLowBits = 11 };

/// Resizes a row. The weights of all taps follow each other, and have 22 fractional bits; results are
/// rounded and clipped to a byte.
void cpixels_resize_row(
    const uint8_t *row, const CPixelsTaps *taps, size_t width, const int16_t *high,
    const int16_t *low, uint8_t *resized);

#ifdef __cplusplus
}
#endif
