// The C interface to LibTorch: the only way from Swift to it.
//
// LibTorch takes a tenth of a gigabyte and a quarter of a second to load, which a program that runs
// other engines should not pay for. So nothing here is linked: the functions are those of a shared
// library, which is opened when the first of them is needed.
#pragma once

#include "CTorchLayers.h"
#include "CTorchModel.h"
#include "CTorchTrainer.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTFunctions {
  CTModelFunctions model;
  CTTrainerFunctions trainer;
  void (*_Nonnull freeError)(CTError error);
} CTFunctions;

// What the shared library exports, under the name `CTorchFunctions`.
typedef const CTFunctions *_Nonnull (*CTFunctionsGetter)(void);

#ifdef __cplusplus
}
#endif
