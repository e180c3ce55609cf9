#include "LayerGraph.hpp"

#include <cmath>

namespace atelier {

namespace {

constexpr double normalizationMomentum = 0.1;
constexpr double normalizationEpsilon = 1e-5;

}  // namespace

LayerGraph::LayerGraph(const CTLayer *layers, size_t count, Purpose purpose) {
  for (size_t i = 0; i < count; ++i) {
    const CTLayer &layer = layers[i];
    Step step{layer, layer.name ? layer.name : "", {}, {}, {}, {}, {}, {}};
    if (layer.kind == CTLayerKindConvolution) {
      step.weight = torch::empty(
          {layer.outputs, layer.inputs, layer.kernelSize, layer.kernelSize},
          torch::MemoryFormat::ChannelsLast);
    } else if (layer.kind == CTLayerKindLinear) {
      step.weight = torch::empty({layer.outputs, layer.inputs});
    }
    if (layer.isNormalized && purpose == Purpose::training) {
      step.scale = torch::ones({layer.outputs});
      step.shift = torch::zeros({layer.outputs});
      step.mean = torch::zeros({layer.outputs});
      step.variance = torch::ones({layer.outputs});
    } else if (step.weight.defined()) {
      step.bias = torch::empty({layer.outputs});
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
    if (step.bias.defined()) step.bias.uniform_(-bound, bound, generator);
  }
}

void LayerGraph::fill(const CTValues *values, size_t count) {
  torch::NoGradGuard guard;
  size_t filled = 0;
  for (Step &step : steps_) {
    if (!step.weight.defined()) continue;
    for (torch::Tensor *parameter : {&step.weight, &step.bias}) {
      TORCH_CHECK(filled < count, "there are only ", count, " parameters for the network");
      const CTValues &source = values[filled];
      TORCH_CHECK(
          parameter->numel() == source.count, step.name, " has ", parameter->numel(),
          " elements, not ", source.count);
      parameter->copy_(
          torch::from_blob(const_cast<float *>(source.values), parameter->sizes()));
      filled += 1;
    }
  }
  TORCH_CHECK(filled == count, count, " parameters for a network of ", filled);
}

torch::Tensor LayerGraph::convolve(const Step &step, const torch::Tensor &x) const {
  const auto y = torch::conv2d(x, step.weight, step.bias, step.layer.stride, step.layer.padding);
  if (!step.scale.defined()) return y;
  return torch::batch_norm(
      y, step.scale, step.shift, step.mean, step.variance, /*training=*/true,
      normalizationMomentum, normalizationEpsilon, /*cudnn_enabled=*/false);
}

torch::Tensor LayerGraph::forward(torch::Tensor x) const {
  std::vector<torch::Tensor> waiting;
  // Whether nobody else needs what x holds, so that it may be overwritten.
  bool isOwned = false;
  for (const Step &step : steps_) {
    const CTLayer &layer = step.layer;
    switch (layer.kind) {
      case CTLayerKindConvolution:
        x = convolve(step, x);
        isOwned = true;
        break;
      case CTLayerKindReLU:
        x = isOwned ? torch::relu_(x) : torch::relu(x);
        break;
      case CTLayerKindMaxPooling:
        x = torch::max_pool2d(x, layer.kernelSize);
        break;
      case CTLayerKindGlobalAveragePooling:
        x = torch::adaptive_avg_pool2d(x, {1, 1});
        break;
      case CTLayerKindResidualBody:
        waiting.push_back(x);
        isOwned = false;
        break;
      case CTLayerKindResidualShortcut:
        std::swap(waiting.back(), x);
        isOwned = false;
        break;
      case CTLayerKindResidualSum:
        x = torch::add(waiting.back(), x);
        waiting.pop_back();
        isOwned = true;
        break;
      case CTLayerKindFlatten:
        x = torch::flatten(x, 1);
        break;
      case CTLayerKindLinear:
        x = torch::linear(x, step.weight, step.bias);
        isOwned = true;
        break;
    }
  }
  return x;
}

LayerGraph::Learned LayerGraph::learned() const {
  Learned learned;
  for (const Step &step : steps_) {
    if (step.weight.defined()) learned.weights.push_back(step.weight);
    if (step.bias.defined()) learned.weights.push_back(step.bias);
    if (step.scale.defined()) {
      learned.normalizing.push_back(step.scale);
      learned.normalizing.push_back(step.shift);
    }
  }
  return learned;
}

std::vector<torch::Tensor> LayerGraph::tensors() const {
  std::vector<torch::Tensor> tensors;
  for (const Step &step : steps_) {
    for (const auto &tensor :
         {step.weight, step.bias, step.scale, step.shift, step.mean, step.variance}) {
      if (tensor.defined()) tensors.push_back(tensor);
    }
  }
  return tensors;
}

std::vector<torch::Tensor> LayerGraph::foldedParameters() const {
  torch::NoGradGuard guard;
  std::vector<torch::Tensor> parameters;
  for (const Step &step : steps_) {
    if (!step.weight.defined()) continue;
    if (step.scale.defined()) {
      const auto factor = step.scale / torch::sqrt(step.variance + normalizationEpsilon);
      parameters.push_back(step.weight * factor.view({-1, 1, 1, 1}));
      parameters.push_back(step.shift - step.mean * factor);
    } else {
      parameters.push_back(step.weight);
      parameters.push_back(step.bias);
    }
  }
  return parameters;
}

}  // namespace atelier
