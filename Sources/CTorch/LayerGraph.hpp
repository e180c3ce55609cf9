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
  enum class Purpose {
    inference,
    // With batch normalisation where the layers ask for it.
    training,
  };

  // Copies the layers, with parameters that are yet to be filled.
  LayerGraph(const CTLayer *layers, size_t count, Purpose purpose);

  // Fills the parameters as torch.nn.Conv2d and torch.nn.Linear do: uniform within 1/sqrt(fan-in).
  void initialize(at::Generator generator);

  // Batch x 1 x 28 x 28 to batch x classes.
  torch::Tensor forward(torch::Tensor x) const;

  // Copies values into the parameters of a graph for inference, a weight before its bias; throws when
  // they do not fill them.
  void fill(const CTValues *values, size_t count);

  // A layer with its tensors; those that its kind does not have are undefined.
  struct Step {
    CTLayer layer;
    std::string name;
    torch::Tensor weight;
    torch::Tensor bias;
    // Of a batch normalisation: the learned factor and summand, and the running moments.
    torch::Tensor scale;
    torch::Tensor shift;
    torch::Tensor mean;
    torch::Tensor variance;
  };

  const std::vector<Step> &steps() const { return steps_; }

  // What training learns by gradients; `normalizing` are the scales and shifts of batch normalisation.
  struct Learned {
    std::vector<torch::Tensor> weights;
    std::vector<torch::Tensor> normalizing;
  };
  Learned learned() const;

  // Everything that training changes, in a fixed order. The tensors are shared, not copied.
  std::vector<torch::Tensor> tensors() const;

  // Weight and bias of each step that has them, in the order of state_dict(), with batch normalisation
  // folded in as it is at inference.
  std::vector<torch::Tensor> foldedParameters() const;

 private:
  torch::Tensor convolve(const Step &step, const torch::Tensor &x) const;

  std::vector<Step> steps_;
};

}  // namespace atelier
