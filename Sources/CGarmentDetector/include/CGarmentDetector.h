#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// Pixels along a side of a picture.
  CGarmentSide = 28,
  /// Pixels along a side of a cell of the coarse view, and cells along a side of the picture.
  CGarmentCell = 4,
  CGarmentCoarseSide = CGarmentSide / CGarmentCell,
  /// Features of the whole picture.
  CGarmentWholeCount = 6,
  /// Features: of the cells, of the whole picture, and two of each row and column.
  CGarmentFeatureCount = CGarmentCoarseSide * CGarmentCoarseSide + CGarmentWholeCount + 4 * CGarmentSide,
  /// Columns and prototypes are padded to a multiple of this, so that they are gone through in whole blocks.
  CGarmentBlock = 32,
  /// The features, padded.
  CGarmentColumn = (CGarmentFeatureCount + CGarmentBlock - 1) / CGarmentBlock * CGarmentBlock,
};

/// Describes a picture of 28x28 grey levels by CGarmentFeatureCount numbers.
///
/// These are the mean of each 4x4 pixels, row by row; the deviation within 2x2 pixels, the mean differences of
/// horizontal and of vertical neighbours, the standard deviation, the share of black pixels, and the
/// brightest level; the standard deviation of each row and of each column; the share of lit pixels of
/// each row and of each column.
void cgarment_features(const float *_Nonnull pixels, float *_Nonnull features);

/// The squared distance of features, once whitened, from the nearest prototype.
///
/// `whitening` is the lower triangular matrix column by column, each padded with zeros to CGarmentColumn.
/// `prototypes` has for each feature that of every prototype, padded with infinity to `stride`, which
/// is a multiple of CGarmentBlock. The sums are the same on every processor.
float cgarment_distance(
    const float *_Nonnull features, const float *_Nonnull whitening,
    const float *_Nonnull prototypes, size_t stride);

#ifdef __cplusplus
}
#endif
