#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "CTorchTrainer.h"
#include "Failure.hpp"
#include "LayerGraph.hpp"
#include "Pictures.hpp"
#include "Threads.hpp"

namespace atelier {

namespace {

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(
    std::vector<torch::Tensor> parameters, const CTTrainerOptions &options) {
  // The rate is set at every step.
  const double rate = 0;
  if (options.optimizer == CTOptimizerAdamW) {
    return std::make_unique<torch::optim::AdamW>(
        std::move(parameters), torch::optim::AdamWOptions(rate).weight_decay(options.weightDecay));
  }
  return std::make_unique<torch::optim::SGD>(
      std::move(parameters), torch::optim::SGDOptions(rate)
                                 .momentum(options.momentum)
                                 .nesterov(options.momentum > 0)
                                 .weight_decay(options.weightDecay));
}

}  // namespace

}  // namespace atelier

struct CTTrainer {
  CTTrainer(const CTLayer *layers, size_t layerCount, const CTTrainerOptions &options)
      : options(options) {
    atelier::useThreads(options.threads);
    graph = std::make_unique<atelier::LayerGraph>(layers, layerCount);
    // Of its own: others draw from the process's generator.
    graph->initialize(at::make_generator<at::CPUGeneratorImpl>(options.seed));
    for (const auto &[name, parameter] : graph->parameters()) {
      parameters.push_back(parameter);
      parameters.back().requires_grad_();
      if (options.averageDecay > 0) averages.push_back(parameter.detach().clone());
    }
    optimizer = atelier::makeOptimizer(parameters, options);
  }

  // The moving average starts as a plain mean, so that the random beginnings are soon forgotten.
  void updateAverages() {
    if (averages.empty()) return;
    const double steps = static_cast<double>(stepCount);
    const double decay = std::min(options.averageDecay, (1 + steps) / (10 + steps));
    torch::NoGradGuard guard;
    for (size_t i = 0; i < averages.size(); ++i) averages[i].lerp_(parameters[i], 1 - decay);
  }

  const CTTrainerOptions options;
  std::unique_ptr<atelier::LayerGraph> graph;
  std::vector<torch::Tensor> parameters;
  std::vector<torch::Tensor> averages;
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  int64_t stepCount = 0;
};

CTTrainer *CTTrainerCreate(
    const CTLayer *layers, size_t layerCount, CTTrainerOptions options, CTError *error) {
  CTTrainer *trainer = nullptr;
  atelier::guarded(error, [&] { trainer = new CTTrainer(layers, layerCount, options); });
  return trainer;
}

void CTTrainerDestroy(CTTrainer *trainer) { delete trainer; }

bool CTTrainerStep(
    CTTrainer *trainer, const float *pixels, const int64_t *labels, int64_t count,
    double learningRate, double *loss, int64_t *correct, CTError *error) {
  return atelier::guarded(error, [&] {
    atelier::useThreads(trainer->options.threads);
    // Only read, too.
    const auto target =
        torch::from_blob(const_cast<int64_t *>(labels), {count}, torch::TensorOptions(torch::kLong));
    const auto logits = trainer->graph->forward(atelier::pictures(pixels, count));
    const auto batchLoss = torch::nn::functional::cross_entropy(
        logits, target,
        torch::nn::functional::CrossEntropyFuncOptions().label_smoothing(
            trainer->options.labelSmoothing));
    *loss = batchLoss.item<double>();
    *correct = logits.detach().argmax(1).eq(target).sum().item<int64_t>();
    if (!std::isfinite(*loss)) return;
    trainer->optimizer->zero_grad();
    batchLoss.backward();
    for (auto &group : trainer->optimizer->param_groups()) group.options().set_lr(learningRate);
    trainer->optimizer->step();
    trainer->stepCount += 1;
    trainer->updateAverages();
  });
}

bool CTTrainerSave(CTTrainer *trainer, const char *path, CTError *error) {
  return atelier::guarded(error, [&] {
    torch::serialize::OutputArchive archive;
    archive.write("steps", torch::tensor(trainer->stepCount), true);
    for (size_t i = 0; i < trainer->parameters.size(); ++i) {
      archive.write("parameter" + std::to_string(i), trainer->parameters[i].detach(), true);
    }
    for (size_t i = 0; i < trainer->averages.size(); ++i) {
      archive.write("average" + std::to_string(i), trainer->averages[i], true);
    }
    torch::serialize::OutputArchive state;
    trainer->optimizer->save(state);
    archive.write("optimizer", state);
    archive.save_to(path);
  });
}

bool CTTrainerLoad(CTTrainer *trainer, const char *path, CTError *error) {
  return atelier::guarded(error, [&] {
    torch::NoGradGuard guard;
    torch::serialize::InputArchive archive;
    archive.load_from(path);
    const auto read = [&archive](const std::string &key, torch::Tensor &target) {
      torch::Tensor value;
      archive.read(key, value, true);
      TORCH_CHECK(value.sizes() == target.sizes(), "it is of another architecture");
      target.copy_(value);
    };
    auto steps = torch::tensor(int64_t{0});
    read("steps", steps);
    for (size_t i = 0; i < trainer->parameters.size(); ++i) {
      read("parameter" + std::to_string(i), trainer->parameters[i]);
    }
    for (size_t i = 0; i < trainer->averages.size(); ++i) {
      read("average" + std::to_string(i), trainer->averages[i]);
    }
    torch::serialize::InputArchive state;
    archive.read("optimizer", state);
    trainer->optimizer->load(state);
    trainer->stepCount = steps.item<int64_t>();
  });
}

bool CTTrainerParameter(
    CTTrainer *trainer, size_t index, float *values, int64_t count, CTError *error) {
  return atelier::guarded(error, [&] {
    const auto &source =
        trainer->averages.empty() ? trainer->parameters : trainer->averages;
    const auto parameter = source.at(index).detach();
    TORCH_CHECK(parameter.numel() == count, "the parameter has ", parameter.numel(), " elements");
    torch::from_blob(values, parameter.sizes()).copy_(parameter);
  });
}
