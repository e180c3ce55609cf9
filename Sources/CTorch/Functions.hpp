// The functions of the C interface, where CTorchFunctions finds them.
#pragma once

#include "CTorchInterface.h"

namespace atelier {

CTModel *createModel(
    const CTLayer *layers, size_t layerCount, const CTValues *parameters, size_t parameterCount,
    int threads, CTError *error);
CTModel *loadScript(const char *path, int threads, CTError *error);
bool runModel(
    CTModel *model, const float *pixels, int64_t count, int64_t classes, float *logits,
    CTError *error);
void destroyModel(CTModel *model);
bool writeScript(
    const CTLayer *layers, size_t layerCount, const CTValues *parameters, size_t parameterCount,
    bool quantized, CTSink sink, CTError *error);

CTTrainer *createTrainer(
    const CTLayer *layers, size_t layerCount, CTTrainerOptions options, CTError *error);
void destroyTrainer(CTTrainer *trainer);
bool trainStep(
    CTTrainer *trainer, const float *pixels, const int64_t *labels, int64_t count,
    double learningRate, double *loss, int64_t *correct, CTError *error);
bool saveTrainer(CTTrainer *trainer, CTSink sink, CTError *error);
bool loadTrainer(CTTrainer *trainer, const char *path, CTError *error);
bool copyParameter(
    CTTrainer *trainer, size_t index, float *values, int64_t count, CTError *error);
bool setParameter(
    CTTrainer *trainer, size_t index, const float *values, int64_t count, CTError *error);

}  // namespace atelier
