#include "Model.hpp"

#include <cstring>

#include "Failure.hpp"
#include "Functions.hpp"
#include "LayerGraph.hpp"
#include "Pictures.hpp"
#include "Threads.hpp"

namespace atelier {

namespace {

struct EagerModel final : CTModel {
  EagerModel(LayerGraph graph, int threads) : CTModel(threads), graph(std::move(graph)) {}

  torch::Tensor forward(torch::Tensor pixels) const override {
    return graph.forward(std::move(pixels));
  }

  LayerGraph graph;
};

}  // namespace

}  // namespace atelier

CTModel *atelier::createModel(
    const CTLayer *layers, size_t layerCount, const CTValues *parameters, size_t parameterCount,
    int threads, CTError *error) {
  CTModel *model = nullptr;
  atelier::guarded(error, [&] {
    c10::InferenceMode inference;
    atelier::LayerGraph graph(layers, layerCount, atelier::LayerGraph::Purpose::inference);
    graph.fill(parameters, parameterCount);
    model = new atelier::EagerModel(std::move(graph), threads);
  });
  return model;
}

bool atelier::runModel(
    CTModel *model, const float *pixels, int64_t count, int64_t classes, float *logits,
    CTError *error) {
  return atelier::guarded(error, [&] {
    c10::InferenceMode inference;
    atelier::useThreads(model->threads);
    const auto output =
        model->forward(atelier::pictures(pixels, count)).to(torch::kFloat).contiguous();
    TORCH_CHECK(
        output.dim() == 2 && output.size(0) == count && output.size(1) == classes,
        "it answers with the shape ", output.sizes(), " where [", count, ", ", classes,
        "] is expected");
    std::memcpy(logits, output.data_ptr<float>(), count * classes * sizeof(float));
  });
}

void atelier::destroyModel(CTModel *model) { delete model; }
