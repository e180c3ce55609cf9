#include "CPixels.h"

#include <string.h>

// What most processors of servers have, and the compiler may not count on: chosen when the program starts.
#if defined(__x86_64__) && defined(__gnu_linux__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2")))
#endif

static bool has_wide(void) {
#ifdef WIDE
  return __builtin_cpu_supports("avx2");
#else
  return false;
#endif
}

enum { fraction_bits = 22 };

enum { red_weight = 19595, green_weight = 38470, blue_weight = 7471 };

static bool luminance_of(
    const uint8_t *restrict samples, size_t count, uint8_t *restrict luminance) {
  uint32_t colours = 0;
  for (size_t x = 0; x < count; x++) {
    uint32_t pixel;
    memcpy(&pixel, samples + 4 * x, sizeof pixel);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    pixel = __builtin_bswap32(pixel);
#endif
    colours |= pixel ^ (pixel >> 8);
    uint32_t red = pixel & 255, green = pixel >> 8 & 255, blue = pixel >> 16 & 255;
    uint32_t sum = red * red_weight + green * green_weight + blue * blue_weight;
    luminance[x] = (uint8_t)((sum + 0x8000) >> 16);
  }
  return (colours & 0xffff) != 0;
}

#ifdef WIDE
// The luminance of eight pixels, in 32 bits each. Two products are added at once when both factors have
// 16 bits with a sign, which is why each takes half of green.
WIDE static inline __m256i luminance_of_eight(__m256i pixels) {
  const __m256i red_green = _mm256_set1_epi32(green_weight / 2 << 16 | red_weight);
  const __m256i blue_green = _mm256_set1_epi32(green_weight / 2 << 16 | blue_weight);
  // The bytes (red, 0, green, 0) and (blue, 0, green, 0) of each pixel.
  const __m256i first = _mm256_setr_epi8(
      0, -1, 1, -1, 4, -1, 5, -1, 8, -1, 9, -1, 12, -1, 13, -1, 0, -1, 1, -1, 4, -1, 5, -1, 8, -1,
      9, -1, 12, -1, 13, -1);
  const __m256i second = _mm256_setr_epi8(
      2, -1, 1, -1, 6, -1, 5, -1, 10, -1, 9, -1, 14, -1, 13, -1, 2, -1, 1, -1, 6, -1, 5, -1, 10, -1,
      9, -1, 14, -1, 13, -1);
  __m256i sums = _mm256_add_epi32(
      _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, first), red_green),
      _mm256_madd_epi16(_mm256_shuffle_epi8(pixels, second), blue_green));
  return _mm256_srli_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(0x8000)), 16);
}

WIDE static bool wide_luminance_of(
    const uint8_t *restrict samples, size_t count, uint8_t *restrict luminance) {
  // Packing works within halves of 16 bytes, whose order this puts right.
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  __m256i colours = _mm256_setzero_si256();
  size_t x = 0;
  for (; x + 32 <= count; x += 32) {
    __m256i levels[4];
    for (int part = 0; part < 4; part++) {
      __m256i pixels = _mm256_loadu_si256((const __m256i *)(samples + 4 * x + 32 * part));
      colours = _mm256_or_si256(colours, _mm256_xor_si256(pixels, _mm256_srli_epi32(pixels, 8)));
      levels[part] = luminance_of_eight(pixels);
    }
    __m256i packed = _mm256_packus_epi16(
        _mm256_packus_epi32(levels[0], levels[1]), _mm256_packus_epi32(levels[2], levels[3]));
    _mm256_storeu_si256(
        (__m256i *)(luminance + x), _mm256_permutevar8x32_epi32(packed, order));
  }
  bool rest = luminance_of(samples + 4 * x, count - x, luminance + x);
  return !_mm256_testz_si256(colours, _mm256_set1_epi32(0xffff)) || rest;
}
#endif

bool cpixels_luminance(const uint8_t *samples, size_t count, uint8_t *luminance) {
#ifdef WIDE
  if (has_wide()) return wide_luminance_of(samples, count, luminance);
#endif
  return luminance_of(samples, count, luminance);
}

// Sums are of 32 bits and may overflow on the way: what they are in the end fits again.

static uint32_t sum_of(
    const uint8_t *pixels, const int16_t *high, const int16_t *low, size_t count) {
  uint32_t high_sum = 0, low_sum = 0;
  for (size_t i = 0; i < count; i++) {
    high_sum += (uint32_t)(pixels[i] * high[i]);
    low_sum += (uint32_t)(pixels[i] * low[i]);
  }
  return (high_sum << CPixelsLowBits) + low_sum;
}

#ifdef WIDE
WIDE static uint32_t wide_sum_of(
    const uint8_t *pixels, const int16_t *high, const int16_t *low, size_t count) {
  __m256i high_sums = _mm256_setzero_si256(), low_sums = _mm256_setzero_si256();
  size_t i = 0;
  for (; i + 16 <= count; i += 16) {
    __m256i some = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(pixels + i)));
    __m256i highs = _mm256_loadu_si256((const __m256i *)(high + i));
    __m256i lows = _mm256_loadu_si256((const __m256i *)(low + i));
    high_sums = _mm256_add_epi32(high_sums, _mm256_madd_epi16(some, highs));
    low_sums = _mm256_add_epi32(low_sums, _mm256_madd_epi16(some, lows));
  }
  __m256i sums = _mm256_add_epi32(_mm256_slli_epi32(high_sums, CPixelsLowBits), low_sums);
  __m128i halves =
      _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  halves = _mm_add_epi32(halves, _mm_shuffle_epi32(halves, 0x4e));
  halves = _mm_add_epi32(halves, _mm_shuffle_epi32(halves, 0xb1));
  return (uint32_t)_mm_cvtsi128_si32(halves) +
         sum_of(pixels + i, high + i, low + i, count - i);
}
#endif

static uint8_t rounded(uint32_t sum) {
  int32_t level = (int32_t)(sum + (1u << (fraction_bits - 1))) >> fraction_bits;
  return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level);
}

typedef uint32_t (*Sum)(const uint8_t *, const int16_t *, const int16_t *, size_t);

void cpixels_resize_row(
    const uint8_t *row, const CPixelsTaps *taps, size_t width, const int16_t *high,
    const int16_t *low, uint8_t *resized) {
  Sum sum = sum_of;
#ifdef WIDE
  if (has_wide()) sum = wide_sum_of;
#endif
  for (size_t x = 0; x < width; x++) {
    resized[x] = rounded(sum(row + taps[x].start, high, low, taps[x].count));
    high += taps[x].count;
    low += taps[x].count;
  }
}
