// A network of CTLayers over LibTorch tensors: what the eager engine and the trainer both run.
#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

#include "CTorchLayers.h"
#include "CTorchModel.h"

namespace atelier {

class LayerGraph {
 public:
  // Copies the layers, with parameters that are yet to be filled.
  LayerGraph(const CTLayer *layers, size_t count);

  // Fills the parameters as torch.nn.Conv2d and torch.nn.Linear do: uniform within 1/sqrt(fan-in).
  void initialize(at::Generator generator);

  // Batch x 1 x 28 x 28 to batch x classes.
  torch::Tensor forward(torch::Tensor x) const;

  // Copies values into the parameters; throws when they do not fill them.
  void fill(const CTValues *values, size_t count);

  // Name and value of each parameter, in the order of state_dict(). The tensors are shared, not
  // copied: writing into one changes the network.
  const std::vector<std::pair<std::string, torch::Tensor>> &parameters() const {
    return parameters_;
  }

  // A layer with its parameters; those of a kind that learns nothing are undefined.
  struct Step {
    CTLayer layer;
    std::string name;
    torch::Tensor weight;
    torch::Tensor bias;
  };

  const std::vector<Step> &steps() const { return steps_; }

 private:
  std::vector<Step> steps_;
  std::vector<std::pair<std::string, torch::Tensor>> parameters_;
};

}  // namespace atelier
