// How a network's layers and its failures cross the bridge to LibTorch.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum CTLayerKind {
  CTLayerKindConvolution,
  CTLayerKindReLU,
  CTLayerKindMaxPooling,
  CTLayerKindGlobalAveragePooling,
  // A residual: the layers after ResidualBody and those after ResidualShortcut start from the same
  // tensor, and ResidualSum adds what both made of it. Residuals may lie in one another.
  CTLayerKindResidualBody,
  CTLayerKindResidualShortcut,
  CTLayerKindResidualSum,
  CTLayerKindFlatten,
  CTLayerKindLinear,
} CTLayerKind;

// One layer. Fields that a kind does not use are zero.
typedef struct CTLayer {
  CTLayerKind kind;
  // Prefix of the layer's parameters in a state dict; NULL for layers without any.
  const char *_Nullable name;
  // Channels of a convolution, features of a linear layer.
  int64_t inputs;
  int64_t outputs;
  // Window of a convolution or pooling.
  int64_t kernelSize;
  int64_t stride;
  int64_t padding;
  // Whether a convolution is followed by batch normalisation while it is trained.
  bool isNormalized;
} CTLayer;

// Functions that can fail return false and set *error to a message of one line, which the caller
// frees with `freeError`. C++ exceptions never cross the bridge.
typedef char *_Nullable CTError;

#ifdef __cplusplus
}
#endif
