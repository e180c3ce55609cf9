#ifndef ATELIER_NATIVE_KERNELS_H
#define ATELIER_NATIVE_KERNELS_H

// The arithmetic of the native engine: convolutions and matrix products of 32-bit floats, with bias,
// a second addend, ReLU and pooling in the same pass.
//
// Activations lie channels last: the channels of one pixel, then the next pixel of the row. A kernel
// multiplies windows of the input by weights: a window is `run_count` runs of `run_length` values that
// lie one after the other, as the rows of a convolution's window do when channels are last, and as the
// whole input of a matrix product does.

#include <stddef.h>
#include <stdint.h>

/// A convolution, or a matrix product.
struct AtelierProduct {
  /// Values of one window: runs, and values in each.
  int32_t run_count;
  int32_t run_length;
  /// Values from one run to the next, from one output's window to the next in its row, and from one
  /// row of windows to the next.
  ptrdiff_t run_stride;
  ptrdiff_t window_stride;
  ptrdiff_t row_stride;
  /// Outputs in a row, and rows of them, before pooling.
  int32_t width;
  int32_t height;
  /// Channels to write.
  int32_t channels;
  /// Values from one output to the next in its row, and from row to row.
  ptrdiff_t output_stride;
  ptrdiff_t output_row_stride;
  /// The same of the second addend, if there is one.
  ptrdiff_t addend_stride;
  ptrdiff_t addend_row_stride;
  /// Whether negative results become 0.
  int32_t relu;
  /// Whether of each 2 by 2 outputs only the largest is written. An odd last row or column is dropped.
  int32_t pools;
};

/// Kernels for one instruction set.
struct AtelierKernels {
  /// Its name, such as "avx512".
  const char *name;
  /// Lanes of its vectors.
  int32_t lanes;
  /// Computes a product.
  ///
  /// Each output is the bias, then the terms of its window in their order, with one rounding each
  /// where the processor has fused multiply-adds, then the addend: the same bits whatever is computed beside it.
  ///
  /// - input: the first window of the first row.
  /// - weights: for each vector of output channels, for each value of the window, one value a lane.
  /// - bias: a value a channel, for whole vectors.
  /// - addend: what is added before ReLU, or NULL. Not together with pooling.
  /// - output: the first output.
  /// - scratch: with pooling, room for 2 rows of `width` times 3 vectors; otherwise unused.
  void (*product)(const struct AtelierProduct *product, const float *input, const float *weights,
                  const float *bias, const float *addend, float *output, float *scratch);
};

/// The kernels this processor runs, the fastest first; NULL at the end.
const struct AtelierKernels *const *atelier_native_kernels(void);

#endif
