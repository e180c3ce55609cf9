// What the shared library exports.
#pragma once

#include "CTorchInterface.h"

#ifdef __cplusplus
extern "C" {
#endif

const CTFunctions *_Nonnull CTorchFunctions(void);

#ifdef __cplusplus
}
#endif
