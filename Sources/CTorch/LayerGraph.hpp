// A network of CTLayers over LibTorch tensors: what the eager engine and the trainer both run.
#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

#include "CTorchLayers.h"

namespace atelier {

class LayerGraph {
 public:
  // Copies the layers; their parameters start as PyTorch initialises such layers.
  LayerGraph(const CTLayer *layers, size_t count);

  // Batch x 1 x 28 x 28 to batch x classes.
  torch::Tensor forward(torch::Tensor x) const;

  // Name and value of each parameter, in the order of state_dict(). The tensors are shared, not
  // copied: writing into one changes the network.
  const std::vector<std::pair<std::string, torch::Tensor>> &parameters() const {
    return parameters_;
  }

 private:
  struct Step {
    CTLayer layer;
    torch::Tensor weight;
    torch::Tensor bias;
  };

  std::vector<Step> steps_;
  std::vector<std::pair<std::string, torch::Tensor>> parameters_;
};

}  // namespace atelier
