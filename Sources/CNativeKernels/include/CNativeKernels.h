#ifndef ATELIER_NATIVE_KERNELS_H
#define ATELIER_NATIVE_KERNELS_H

// The arithmetic of the native engine: convolutions and matrix products, of 32-bit floats or of 8-bit
// integers, with bias, a second addend, ReLU and pooling in the same pass.
//
// Activations lie channels last: the channels of one pixel, then the next pixel of the row. A kernel
// multiplies windows of the input by weights: a window is `run_count` runs of values that lie one after
// the other, as the rows of a convolution's window do when channels are last, and as the whole input of
// a matrix product does.
//
// A run consists of terms of 32 bits: one float, or as many integers as fit (see `integer_bytes`). The
// integers of a last term that is not full are multiplied by weights of zero, and only have to be
// readable.

#include <stddef.h>
#include <stdint.h>

/// Output channels whose weights lie together, on every processor.
#define ATELIER_BLOCK 16
/// Most outputs in a row, before pooling, that `winograd` computes.
#define ATELIER_WINOGRAD_WIDEST 64

/// A convolution, or a matrix product.
struct AtelierProduct {
  /// Terms of one window: runs, and terms in each.
  int32_t run_count;
  int32_t run_length;
  /// Bytes from one run to the next, from one output's window to the next in its row, and from one
  /// row of windows to the next.
  ptrdiff_t run_stride;
  ptrdiff_t window_stride;
  ptrdiff_t row_stride;
  /// Outputs in a row, and rows of them, before pooling.
  int32_t width;
  int32_t height;
  /// Channels to write.
  int32_t channels;
  /// Floats from one output to the next in its row, and from row to row.
  ptrdiff_t output_stride;
  ptrdiff_t output_row_stride;
  /// The same of the second addend, if there is one.
  ptrdiff_t addend_stride;
  ptrdiff_t addend_row_stride;
  /// Ranges from one output to the next in its row: 1 when each has its own, otherwise 0.
  ptrdiff_t range_stride;
  /// Whether negative results become 0.
  int32_t relu;
  /// Whether of each 2 by 2 outputs only the largest is written. An odd last row or column is dropped.
  int32_t pools;
};

/// How integers stand for values: a value is `scale * (integer - zero)`.
struct AtelierRange {
  float scale;
  /// From 0 to 255.
  int32_t zero;
};

/// What a product is computed of.
struct AtelierOperands {
  /// The first window of the first row.
  const void *input;
  /// For each block of output channels, for each term of the window, 32 bits a channel.
  const void *weights;
  /// A value a channel, for whole blocks.
  const float *bias;
  /// What is added before ReLU, or NULL. Not together with pooling.
  const float *addend;
  /// Of integers only: the ranges of the inputs; and, for whole blocks, the scale of each channel's
  /// weights, and their sum.
  const struct AtelierRange *ranges;
  const float *scales;
  const int32_t *sums;
};

/// Kernels for one instruction set.
struct AtelierKernels {
  /// Its name, such as "avx512".
  const char *name;
  /// Bytes of an integer input and of an integer weight: 1, or 2 where products of bytes would overflow.
  int32_t integer_bytes;
  /// Computes a product of floats.
  ///
  /// Each output is the bias, then the terms of its window in their order, with one rounding each
  /// where the processor has fused multiply-adds, then the addend: the same bits whatever is computed
  /// beside it.
  ///
  /// - output: the first output.
  /// - scratch: with pooling, room for 2 rows of `width` times 3 blocks; otherwise unused.
  void (*product)(const struct AtelierProduct *product, const struct AtelierOperands *operands,
                  float *output, float *scratch);
  /// Transforms the weights of a convolution for `winograd`.
  ///
  /// - weights: those of a window of 3 by 3 values, as `product` takes them.
  /// - stride: how far apart windows lie, 1 or 2.
  /// - outputs: a multiple of ATELIER_BLOCK.
  /// - transformed: room for `atelier_winograd_values` times channels times outputs. In each block, for
  ///   each value, for each channel, it gets one for each output of the block.
  void (*winograd_weights)(const float *weights, int32_t stride, int32_t channels, int32_t outputs,
                           float *transformed);
  /// Computes the same as `product`, with a quarter to two thirds of the multiplications and other
  /// rounding, where windows are 3 by 3 and lie one or two apart. The same bits whatever is computed
  /// beside it.
  ///
  /// With one row or column of windows more than a multiple of 4, and windows that lie one apart, it reads a
  /// row or a column more. Windows that lie two apart are not pooled.
  ///
  /// - operands: their weights are transformed ones.
  /// - scratch: room for `atelier_winograd_scratch` floats.
  void (*winograd)(const struct AtelierProduct *product, const struct AtelierOperands *operands,
                   float *output, float *scratch);
  /// Computes a product of integers, whose outputs are floats.
  ///
  /// Inputs are from 0 to 255, weights from -127 to 127. The sum S of a window is exact. With the range of
  /// the input, and the sum W and the scale of the weights, each output is
  /// `(float)(S - zero * W) * (range.scale * scale) + bias + addend`, rounded after each operation: the same
  /// bits on every processor. A window of more than 65,536 integers could overflow.
  void (*product_int8)(const struct AtelierProduct *product, const struct AtelierOperands *operands,
                       float *output, float *scratch);
  /// Turns values into integers of `integer_bytes`, over the range from the least value, or 0, to the
  /// largest, or 0; the zero of the range stands for 0 exactly. The same on every processor.
  struct AtelierRange (*quantize)(const float *values, ptrdiff_t count, void *integers);
};

/// Values that a window of weights has when it is transformed for windows 1 or 2 apart.
int32_t atelier_winograd_values(int32_t stride);

/// Floats that the `winograd` of any kernels needs as scratch.
ptrdiff_t atelier_winograd_scratch(const struct AtelierProduct *product);

/// Most kernels that a processor runs.
#define ATELIER_KERNEL_LIMIT 5

/// Writes the kernels this processor runs, the fastest first.
///
/// Returns how many there are: at least 1.
int32_t atelier_native_kernels(const struct AtelierKernels *kernels[ATELIER_KERNEL_LIMIT]);

/// Writes the mean of each channel over `count` pixels of a row, in `rows` rows.
void atelier_native_means(const float *values, ptrdiff_t row_stride, int32_t rows, int32_t count,
                          int32_t channels, float *means);

/// Whether all values are finite.
int32_t atelier_native_are_finite(const float *values, ptrdiff_t count);

#endif
