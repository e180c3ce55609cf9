// Models that turn pictures into logits.
#pragma once

#include <stdbool.h>

#include "CTorchLayers.h"
#include "CTorchSink.h"

#ifdef __cplusplus
extern "C" {
#endif

// A model that is ready to run. Several threads may run it at once.
typedef struct CTModel CTModel;

// Values of one parameter, in row-major order.
typedef struct CTValues {
  const float *_Nonnull values;
  int64_t count;
} CTValues;

typedef struct CTModelFunctions {
  // A network whose operators run one by one. `parameters` are in the order of the layers, a weight
  // before its bias; they are copied. NULL with a message when they do not fill the layers.
  CTModel *_Nullable (*_Nonnull create)(
      const CTLayer *_Nonnull layers, size_t layerCount, const CTValues *_Nonnull parameters,
      size_t parameterCount, int threads, CTError *_Nonnull error);

  // A TorchScript module, frozen and optimised. NULL with a message when the file is not one.
  CTModel *_Nullable (*_Nonnull loadScript)(
      const char *_Nonnull path, int threads, CTError *_Nonnull error);

  // Computes `count` x `classes` logits of `count` x 28 x 28 grey levels.
  bool (*_Nonnull run)(
      CTModel *_Nonnull model, const float *_Nonnull pixels, int64_t count, int64_t classes,
      float *_Nonnull logits, CTError *_Nonnull error);

  void (*_Nonnull destroy)(CTModel *_Nullable model);

  // Writes a network as a TorchScript module whose parameters keep their names. With `quantized`, the
  // linear layers have int8 weights and quantise their inputs as they come, as PyTorch's dynamic
  // quantisation does.
  bool (*_Nonnull writeScript)(
      const CTLayer *_Nonnull layers, size_t layerCount, const CTValues *_Nonnull parameters,
      size_t parameterCount, bool quantized, CTSink sink, CTError *_Nonnull error);
} CTModelFunctions;

#ifdef __cplusplus
}
#endif
