#include "CPixels.h"

#include <string.h>

// What most processors of servers have, and the compiler may not count on: chosen when the program starts.
#if defined(__x86_64__) && defined(__gnu_linux__)
#include <immintrin.h>
#define WIDE __attribute__((target("avx2")))
#define WIDE_OR_NOT __attribute__((target_clones("avx2", "default")))
#else
#define WIDE_OR_NOT
#endif

enum { fraction_bits = 22 };

WIDE_OR_NOT bool cpixels_luminance(
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
    // 38,470 in two steps: with factors below 2^15 the compiler takes multiplications of 16 bits.
    uint32_t sum = red * 19595 + green * 19235 * 2 + blue * 7471;
    luminance[x] = (uint8_t)((sum + 0x8000) >> 16);
  }
  return (colours & 0xffff) != 0;
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
  if (__builtin_cpu_supports("avx2")) sum = wide_sum_of;
#endif
  for (size_t x = 0; x < width; x++) {
    resized[x] = rounded(sum(row + taps[x].start, high, low, taps[x].count));
    high += taps[x].count;
    low += taps[x].count;
  }
}
