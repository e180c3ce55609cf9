#include "CNativeKernels.h"

#include <float.h>
#include <string.h>

// The int8 kernels give the same bits on every processor, so only what says so is fused.
#pragma STDC FP_CONTRACT OFF

/// Added to a number from 0 to 255, it leaves no bits for a fraction.
#define ROUNDING 12582912.0f

#define ROOT2 1.41421356237309504880

#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#include "tiling.inc"

// ATELIER_PORTABLE lets a test try what other processors run.
#if defined(__x86_64__) && !defined(ATELIER_PORTABLE)
#define ATELIER_X86 1
#include <cpuid.h>
#include <immintrin.h>

#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma")))
#define NAME(name) name##_avx512
#define WIDE_OUTPUTS 7
#define WIDE_VECTORS 3
#include "product.inc"
#include "winograd.inc"

#define INTEGER uint8_t
#define INTEGER_TARGET __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma,avx512vnni")))
#define INTEGER_NAME(name) name##_avx512vnni
#define DOT(sums, inputs, weights)                                                                \
  (INTEGERS) _mm512_dpbusd_epi32((__m512i)(sums), (__m512i)(inputs), (__m512i)(weights))
#include "integers.inc"

#define INTEGER int16_t
#define INTEGER_TARGET TARGET
#define INTEGER_NAME(name) NAME(name)
#define DOT(sums, inputs, weights)                                                                \
  ((sums) + (INTEGERS)_mm512_madd_epi16((__m512i)(inputs), (__m512i)(weights)))
#include "integers.inc"
#include "undefine.inc"

#define LANES 8
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##_avx2
#define WIDE_OUTPUTS 6
#define WIDE_VECTORS 2
#include "product.inc"
#include "winograd.inc"

#define INTEGER uint8_t
#define INTEGER_TARGET __attribute__((target("avx2,fma,avxvnni")))
#define INTEGER_NAME(name) name##_avxvnni
#define DOT(sums, inputs, weights)                                                                \
  (INTEGERS) _mm256_dpbusd_avx_epi32((__m256i)(sums), (__m256i)(inputs), (__m256i)(weights))
#include "integers.inc"

#define INTEGER int16_t
#define INTEGER_TARGET TARGET
#define INTEGER_NAME(name) NAME(name)
#define DOT(sums, inputs, weights)                                                                \
  ((sums) + (INTEGERS)_mm256_madd_epi16((__m256i)(inputs), (__m256i)(weights)))
#include "integers.inc"
#include "undefine.inc"

#endif

// For every processor; on 64-bit ARM these are the instructions of NEON.
#define LANES 4
#define TARGET
#define NAME(name) name##_portable
#define WIDE_VECTORS 2
#if defined(__aarch64__)
#define WIDE_OUTPUTS 7
#else
#define WIDE_OUTPUTS 4
// Without the instruction it would be a call.
#undef MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
#include "product.inc"
#include "winograd.inc"

#define INTEGER int16_t
#define INTEGER_TARGET TARGET
#define INTEGER_NAME(name) NAME(name)
#if ATELIER_X86
#define DOT(sums, inputs, weights)                                                                \
  ((sums) + (INTEGERS)_mm_madd_epi16((__m128i)(inputs), (__m128i)(weights)))
#else
// The lower halves of the terms, then the upper ones.
#define DOT(sums, inputs, weights)                                                                \
  ((sums) + ((inputs) & 0xffff) * (((weights) << 16) >> 16) + ((inputs) >> 16) * ((weights) >> 16))
#endif
#include "integers.inc"
#include "undefine.inc"

#if ATELIER_X86
/// Whether there is AVX-VNNI, which the compiler's own function does not know.
static int has_avxvnni(void) {
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx) && (eax & 1 << 4);
}

static const struct AtelierKernels kernels_avx512vnni = {
    "avx512vnni", 1, product_avx512, winograd_weights_avx512, winograd_avx512, product_int8_avx512vnni,
    quantize_avx512vnni};
static const struct AtelierKernels kernels_avx512 = {
    "avx512", 2, product_avx512, winograd_weights_avx512, winograd_avx512, product_int8_avx512,
    quantize_avx512};
static const struct AtelierKernels kernels_avxvnni = {
    "avxvnni", 1, product_avx2, winograd_weights_avx2, winograd_avx2, product_int8_avxvnni,
    quantize_avxvnni};
static const struct AtelierKernels kernels_avx2 = {
    "avx2", 2, product_avx2, winograd_weights_avx2, winograd_avx2, product_int8_avx2,
    quantize_avx2};
#endif
static const struct AtelierKernels kernels_portable = {
    "portable", 2, product_portable, winograd_weights_portable, winograd_portable, product_int8_portable,
    quantize_portable};

int32_t atelier_native_kernels(const struct AtelierKernels *kernels[ATELIER_KERNEL_LIMIT]) {
  int32_t count = 0;
#if ATELIER_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    if (__builtin_cpu_supports("avx512vnni")) kernels[count++] = &kernels_avx512vnni;
    kernels[count++] = &kernels_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    if (has_avxvnni()) kernels[count++] = &kernels_avxvnni;
    kernels[count++] = &kernels_avx2;
  }
#endif
  kernels[count++] = &kernels_portable;
  return count;
}

typedef float Block __attribute__((vector_size(ATELIER_BLOCK * 4), aligned(4)));

void atelier_native_means(const float *values, ptrdiff_t row_stride, int32_t rows, int32_t count,
                          int32_t channels, float *means) {
  const float scale = 1.0f / (float)(rows * count);
  int32_t first = 0;
  for (; first + ATELIER_BLOCK <= channels; first += ATELIER_BLOCK) {
    Block sum = {};
    for (int32_t row = 0; row < rows; ++row)
      for (int32_t column = 0; column < count; ++column)
        sum += *(const Block *)(values + row * row_stride + (ptrdiff_t)column * channels + first);
    *(Block *)(means + first) = sum * scale;
  }
  for (; first < channels; ++first) {
    float sum = 0;
    for (int32_t row = 0; row < rows; ++row)
      for (int32_t column = 0; column < count; ++column)
        sum += values[row * row_stride + (ptrdiff_t)column * channels + first];
    means[first] = sum * scale;
  }
}

int32_t atelier_native_are_finite(const float *values, ptrdiff_t count) {
  int32_t is_other = 0;
  for (ptrdiff_t i = 0; i < count; ++i) {
    int32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    is_other |= (bits & 0x7f800000) == 0x7f800000;
  }
  return !is_other;
}
