// Training of a network, one step a call.
#pragma once

#include <stdbool.h>

#include "CTorchLayers.h"
#include "CTorchSink.h"

#ifdef __cplusplus
extern "C" {
#endif

// A network with its optimizer. One thread at a time may use it.
typedef struct CTTrainer CTTrainer;

typedef enum CTOptimizer {
  CTOptimizerSGD,  // with Nesterov momentum
  CTOptimizerAdamW,
} CTOptimizer;

typedef struct CTTrainerOptions {
  CTOptimizer optimizer;
  double momentum;  // SGD only
  double weightDecay;
  double labelSmoothing;
  // Decay of the moving average of the parameters, a step; 0 keeps none.
  double averageDecay;
  // Whether products are computed in bfloat16.
  bool bfloat16;
  // Of the initial parameters.
  uint64_t seed;
  int threads;
} CTTrainerOptions;

typedef struct CTTrainerFunctions {
  CTTrainer *_Nullable (*_Nonnull create)(
      const CTLayer *_Nonnull layers, size_t layerCount, CTTrainerOptions options,
      CTError *_Nonnull error);

  void (*_Nonnull destroy)(CTTrainer *_Nullable trainer);

  // Learns from a batch: `count` x 28 x 28 grey levels and as many labels. The parameters stay as
  // they were when the loss is not finite.
  bool (*_Nonnull step)(
      CTTrainer *_Nonnull trainer, const float *_Nonnull pixels, const int64_t *_Nonnull labels,
      int64_t count, double learningRate, double *_Nonnull loss, int64_t *_Nonnull correct,
      CTError *_Nonnull error);

  // Write and read everything that later steps depend on. The layers and options must be the same.
  bool (*_Nonnull save)(
      CTTrainer *_Nonnull trainer, CTSink sink, CTError *_Nonnull error);
  bool (*_Nonnull load)(
      CTTrainer *_Nonnull trainer, const char *_Nonnull path, CTError *_Nonnull error);

  // Copies the parameter at `index` of the network for inference: averaged over the steps when the
  // options say so, and with batch normalisation folded in; `count` is its number of elements.
  bool (*_Nonnull parameter)(
      CTTrainer *_Nonnull trainer, size_t index, float *_Nonnull values, int64_t count,
      CTError *_Nonnull error);

  // Sets the parameter at `index` before the first step; the layers must have no batch normalisation.
  bool (*_Nonnull setParameter)(
      CTTrainer *_Nonnull trainer, size_t index, const float *_Nonnull values, int64_t count,
      CTError *_Nonnull error);
} CTTrainerFunctions;

#ifdef __cplusplus
}
#endif
