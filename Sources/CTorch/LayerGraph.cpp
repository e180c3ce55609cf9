#include "LayerGraph.hpp"

#include <cmath>

namespace atelier {

LayerGraph::LayerGraph(const CTLayer *layers, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const CTLayer &layer = layers[i];
    Step step{layer, layer.name ? layer.name : "", {}, {}};
    if (layer.kind == CTLayerKindConvolution) {
      step.weight = torch::empty(
          {layer.outputs, layer.inputs, layer.kernelSize, layer.kernelSize},
          torch::MemoryFormat::ChannelsLast);
      step.bias = torch::empty({layer.outputs});
    } else if (layer.kind == CTLayerKindLinear) {
      step.weight = torch::empty({layer.outputs, layer.inputs});
      step.bias = torch::empty({layer.outputs});
    }
    if (step.weight.defined()) {
      parameters_.emplace_back(step.name + ".weight", step.weight);
      parameters_.emplace_back(step.name + ".bias", step.bias);
    }
    step.layer.name = nullptr;  // the caller's string may not outlive this call
    steps_.push_back(std::move(step));
  }
}

void LayerGraph::initialize(at::Generator generator) {
  torch::NoGradGuard guard;
  for (Step &step : steps_) {
    if (!step.weight.defined()) continue;
    const double bound = 1 / std::sqrt(static_cast<double>(step.weight[0].numel()));
    step.weight.copy_(torch::empty(step.weight.sizes()).uniform_(-bound, bound, generator));
    step.bias.uniform_(-bound, bound, generator);
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
