#include "CNativeKernels.h"

#include <string.h>

#define MULTIPLY_ADD(a, b, c) __builtin_elementwise_fma(a, b, c)

#if defined(__x86_64__)

#define LANES 16
#define TARGET __attribute__((target("avx512f,avx512vl,fma")))
#define NAME(name) name##_avx512
#define NAME_TEXT "avx512"
#define WIDE_OUTPUTS 7
#define WIDE_VECTORS 3
#include "product.inc"

#define LANES 8
#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##_avx2
#define NAME_TEXT "avx2"
#define WIDE_OUTPUTS 4
#define WIDE_VECTORS 2
#include "product.inc"

#endif

// For every processor; on 64-bit ARM these are the instructions of NEON.
#define LANES 4
#define TARGET
#define NAME(name) name##_portable
#define NAME_TEXT "portable"
#if defined(__aarch64__)
#define WIDE_OUTPUTS 7
#define WIDE_VECTORS 3
#else
#define WIDE_OUTPUTS 4
#define WIDE_VECTORS 2
// Without the instruction it would be a call.
#undef MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
#include "product.inc"

const struct AtelierKernels *const *atelier_native_kernels(void) {
#if defined(__x86_64__)
  static const struct AtelierKernels *const all[] = {
      &kernels_avx512, &kernels_avx2, &kernels_portable, 0};
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return all;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return all + 1;
  return all + 2;
#else
  static const struct AtelierKernels *const all[] = {&kernels_portable, 0};
  return all;
#endif
}
