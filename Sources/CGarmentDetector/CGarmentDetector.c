#include "CGarmentDetector.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// A sum must not depend on whether the processor multiplies and adds in one step.
#pragma STDC FP_CONTRACT OFF

enum { side = CGarmentSide, cell = CGarmentCell, coarse_side = CGarmentCoarseSide };
enum { pixel_count = side * side, line_count = 2 * side };

static const float black_level = 0.02f, lit_level = 0.08f;

// Neighbours in a row: those of a cell.
typedef float Four __attribute__((vector_size(cell * sizeof(float))));
typedef int32_t FourBits __attribute__((vector_size(cell * sizeof(int32_t))));

static inline Four load(const float *levels) {
  Four four;
  memcpy(&four, levels, sizeof four);
  return four;
}

static inline float sum_of(Four four) { return (four[0] + four[1]) + (four[2] + four[3]); }

static inline Four absolute(Four four) { return (Four)((FourBits)four & 0x7fffffff); }

// One where the condition holds, zero elsewhere.
static inline Four one_where(FourBits condition) {
  const Four ones = {1, 1, 1, 1};
  return (Four)(condition & (FourBits)ones);
}

static inline Four larger_of(Four a, Four b) {
  const FourBits is_first = a > b;
  return (Four)(((FourBits)a & is_first) | ((FourBits)b & ~is_first));
}

static inline float deviation(float sum, float squares, float count) {
  const float mean = sum / count;
  const float variance = squares / count - mean * mean;
  return variance > 0 ? sqrtf(variance) : 0;
}

// What is summed up of some pixels: of a row, or of four columns, each in a lane of its own.
typedef struct {
  Four sum, squares, lit;
} Levels;

static inline void add(Four level, Levels *levels) {
  levels->sum += level;
  levels->squares += level * level;
  levels->lit += one_where(level > lit_level);
}

// What is summed up of a picture, in four parts.
typedef struct {
  Four within_squares, across, down, black, brightest;
} Variation;

// The squared deviations of the pixels of two rows from the means of the 2x2 that they are in.
static inline Four deviations_within_squares(Four upper, Four lower) {
  const Four both = upper + lower;
  const Four means = (both + __builtin_shufflevector(both, both, 1, 0, 3, 2)) / 4;
  return (upper - means) * (upper - means) + (lower - means) * (lower - means);
}

// Adds four pixels, which begin in a column and have others below.
static inline void add_variation(const float *pixels, int x, int y, Variation *variation) {
  const Four level = load(pixels);
  // The last of a row has no neighbour, and does not differ from itself.
  const Four next = x + cell < side ? load(pixels + 1) : __builtin_shufflevector(level, level, 1, 2, 3, 3);
  variation->across += absolute(next - level);
  variation->black += one_where(level < black_level);
  variation->brightest = larger_of(level, variation->brightest);
  if (y + 1 == side) return;
  const Four below = load(pixels + side);
  variation->down += absolute(below - level);
  if (y % 2 == 0) variation->within_squares += deviations_within_squares(level, below);
}

void cgarment_features(const float *pixels, float *features) {
  float *coarse = features, *whole = coarse + coarse_side * coarse_side;
  float *deviations = whole + CGarmentWholeCount, *lit = deviations + line_count;
  memset(coarse, 0, coarse_side * coarse_side * sizeof *coarse);
  Variation variation = {0};
  Levels columns[coarse_side] = {0};
  for (int y = 0; y < side; y++) {
    Levels row = {0};
    for (int i = 0; i < coarse_side; i++) {
      const float *some = pixels + y * side + i * cell;
      add(load(some), &row);
      add(load(some), &columns[i]);
      add_variation(some, i * cell, y, &variation);
      coarse[y / cell * coarse_side + i] += sum_of(load(some)) / (cell * cell);
    }
    deviations[y] = deviation(sum_of(row.sum), sum_of(row.squares), side);
    lit[y] = sum_of(row.lit) / side;
  }

  Four sum = {0}, squares = {0};
  for (int i = 0; i < coarse_side; i++) {
    sum += columns[i].sum;
    squares += columns[i].squares;
    for (int lane = 0; lane < cell; lane++) {
      const int line = side + i * cell + lane;
      deviations[line] = deviation(columns[i].sum[lane], columns[i].squares[lane], side);
      lit[line] = columns[i].lit[lane] / side;
    }
  }
  whole[0] = sqrtf(sum_of(variation.within_squares) / pixel_count);
  whole[1] = sum_of(variation.across) / (side * (side - 1));
  whole[2] = sum_of(variation.down) / (side * (side - 1));
  whole[3] = deviation(sum_of(sum), sum_of(squares), pixel_count);
  whole[4] = sum_of(variation.black) / pixel_count;
  whole[5] = 0;
  for (int lane = 0; lane < cell; lane++) whole[5] = fmaxf(whole[5], variation.brightest[lane]);
}

// Eight numbers at a time: a register of what most processors of servers have, and two of what all have.
typedef float Eight __attribute__((vector_size(32), aligned(sizeof(float)), may_alias));

enum { lanes = sizeof(Eight) / sizeof(float), vectors = CGarmentBlock / lanes };

#define INLINE static inline __attribute__((always_inline))

// A block of the features, made uncorrelated and of unit variance.
INLINE void whiten(
    const float *features, const float *whitening, size_t block, float *whitened) {
  Eight sums[vectors] = {0};
  // Above the diagonal there are only zeros.
  const size_t end = block + CGarmentBlock < CGarmentFeatureCount ? block + CGarmentBlock : CGarmentFeatureCount;
  for (size_t feature = 0; feature < end; feature++) {
    const Eight *column = (const Eight *)(whitening + feature * CGarmentColumn + block);
    for (int i = 0; i < vectors; i++) sums[i] += column[i] * features[feature];
  }
  memcpy(whitened + block, sums, sizeof sums);
}

// The smallest squared distance from a block of the prototypes.
INLINE float distance(
    const float *whitened, const float *prototypes, size_t stride, size_t block) {
  Eight sums[vectors] = {0};
  for (size_t feature = 0; feature < CGarmentFeatureCount; feature++) {
    const Eight *values = (const Eight *)(prototypes + feature * stride + block);
    for (int i = 0; i < vectors; i++) {
      const Eight difference = values[i] - whitened[feature];
      sums[i] += difference * difference;
    }
  }
  float smallest = INFINITY;
  for (int i = 0; i < vectors; i++) {
    for (int lane = 0; lane < lanes; lane++) smallest = fminf(smallest, sums[i][lane]);
  }
  return smallest;
}

INLINE float smallest_distance(
    const float *features, const float *whitening, const float *prototypes, size_t stride) {
  float whitened[CGarmentColumn];
  for (size_t block = 0; block < CGarmentColumn; block += CGarmentBlock) {
    whiten(features, whitening, block, whitened);
  }
  float smallest = INFINITY;
  for (size_t block = 0; block < stride; block += CGarmentBlock) {
    smallest = fminf(smallest, distance(whitened, prototypes, stride, block));
  }
  return smallest;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static float wide_smallest_distance(
    const float *features, const float *whitening, const float *prototypes, size_t stride) {
  return smallest_distance(features, whitening, prototypes, stride);
}
#endif

float cgarment_distance(
    const float *features, const float *whitening, const float *prototypes, size_t stride) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    return wide_smallest_distance(features, whitening, prototypes, stride);
  }
#endif
  return smallest_distance(features, whitening, prototypes, stride);
}
