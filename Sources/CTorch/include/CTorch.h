// The C interface to LibTorch: the only way from Swift to it.
#pragma once

#include "CTorchLayers.h"
#include "CTorchModel.h"
#include "CTorchTrainer.h"
