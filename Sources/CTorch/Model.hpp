// What the C interface calls a CTModel.
#pragma once

#include <torch/torch.h>

#include "CTorchModel.h"

struct CTModel {
  explicit CTModel(int threads) : threads(threads) {}
  virtual ~CTModel() = default;

  // Batch x 1 x 28 x 28 to batch x classes.
  virtual torch::Tensor forward(torch::Tensor pixels) const = 0;

  const int threads;
};
