// Measures how many floating-point operations a second this core does at most: a loop of fused
// multiply-adds whose numbers stay in registers. Prints GFLOP/s, the highest of several tries.

#include <immintrin.h>
#include <stdio.h>
#include <time.h>

/// As many sums as hide the time an addition takes, on all processors there are.
#define SUMS 12
#define ROUNDS 20000000

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

#define LOOP(name, isa, vector, set, add, lanes)                                                  \
  static __attribute__((target(isa), noinline)) double name(void) {                              \
    vector sums[SUMS];                                                                            \
    const vector factor = set(0.5f);                                                              \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; ++i) sums[i] = set((float)i);    \
    const double start = seconds();                                                               \
    for (int round = 0; round < ROUNDS; ++round) {                                                \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < SUMS; ++i) {                         \
        sums[i] = add(sums[i], factor, factor);                                                   \
        __asm__ volatile("" : "+v"(sums[i]));                                                     \
      }                                                                                           \
    }                                                                                             \
    return 2.0 * lanes * SUMS * ROUNDS / (seconds() - start) / 1e9;                               \
  }

LOOP(wide, "avx512f", __m512, _mm512_set1_ps, _mm512_fmadd_ps, 16)
LOOP(narrow, "avx2,fma", __m256, _mm256_set1_ps, _mm256_fmadd_ps, 8)

int main(void) {
  double best = 0;
  for (int try = 0; try < 7; ++try) {
    const double found = __builtin_cpu_supports("avx512f") ? wide() : narrow();
    if (found > best) best = found;
  }
  printf("%.1f\n", best);
  return 0;
}
