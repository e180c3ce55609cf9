#include "LayerGraph.hpp"

#include <cmath>

namespace atelier {

namespace {

// The default of torch.nn.Conv2d and torch.nn.Linear: uniform within 1/sqrt(fan-in).
torch::Tensor initialized(torch::IntArrayRef shape, int64_t fanIn) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(fanIn));
  return torch::empty(shape).uniform_(-bound, bound);
}

}  // namespace

LayerGraph::LayerGraph(const CTLayer *layers, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const CTLayer &layer = layers[i];
    Step step{layer, layer.name ? layer.name : "", {}, {}};
    if (layer.kind == CTLayerKindConvolution) {
      const int64_t fanIn = layer.inputs * layer.kernelSize * layer.kernelSize;
      step.weight =
          initialized({layer.outputs, layer.inputs, layer.kernelSize, layer.kernelSize}, fanIn);
      step.bias = initialized({layer.outputs}, fanIn);
    } else if (layer.kind == CTLayerKindLinear) {
      step.weight = initialized({layer.outputs, layer.inputs}, layer.inputs);
      step.bias = initialized({layer.outputs}, layer.inputs);
    }
    if (step.weight.defined()) {
      parameters_.emplace_back(step.name + ".weight", step.weight);
      parameters_.emplace_back(step.name + ".bias", step.bias);
    }
    step.layer.name = nullptr;  // the caller's string may not outlive this call
    steps_.push_back(std::move(step));
  }
}

void LayerGraph::fill(const CTValues *values, size_t count) {
  TORCH_CHECK(
      count == parameters_.size(), count, " parameters for a network of ", parameters_.size());
  torch::NoGradGuard guard;
  for (size_t i = 0; i < count; ++i) {
    torch::Tensor &parameter = parameters_[i].second;
    TORCH_CHECK(
        parameter.numel() == values[i].count, parameters_[i].first, " has ", parameter.numel(),
        " elements, not ", values[i].count);
    parameter.copy_(
        torch::from_blob(const_cast<float *>(values[i].values), parameter.sizes()));
  }
}

torch::Tensor LayerGraph::forward(torch::Tensor x) const {
  for (const Step &step : steps_) {
    const CTLayer &layer = step.layer;
    switch (layer.kind) {
      case CTLayerKindConvolution:
        x = torch::conv2d(x, step.weight, step.bias, layer.stride, layer.padding);
        break;
      case CTLayerKindReLU:
        x = torch::relu(x);
        break;
      case CTLayerKindMaxPooling:
        x = torch::max_pool2d(x, layer.kernelSize);
        break;
      case CTLayerKindFlatten:
        x = torch::flatten(x, 1);
        break;
      case CTLayerKindLinear:
        x = torch::linear(x, step.weight, step.bias);
        break;
    }
  }
  return x;
}

}  // namespace atelier
