#include <ATen/CPUGeneratorImpl.h>
#include <torch/torch.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "BFloat16Autocast.hpp"
#include "CTorchTrainer.h"
#include "Failure.hpp"
#include "Functions.hpp"
#include "LayerGraph.hpp"
#include "Pictures.hpp"
#include "Threads.hpp"
#include "Writer.hpp"

namespace atelier {

namespace {

template <typename Options>
std::vector<torch::optim::OptimizerParamGroup> parameterGroups(
    const LayerGraph::Learned &learned, const Options &options) {
  std::vector<torch::optim::OptimizerParamGroup> groups;
  groups.emplace_back(learned.weights, std::make_unique<Options>(options));
  if (!learned.normalizing.empty()) {
    // What follows a normalised convolution undoes any decay of its scale.
    Options undecayed(options);
    undecayed.weight_decay(0);
    groups.emplace_back(learned.normalizing, std::make_unique<Options>(undecayed));
  }
  return groups;
}

std::unique_ptr<torch::optim::Optimizer> makeOptimizer(
    const LayerGraph::Learned &learned, const CTTrainerOptions &options) {
  // The rate is set at every step.
  const double rate = 0;
  if (options.optimizer == CTOptimizerAdamW) {
    const auto adamW = torch::optim::AdamWOptions(rate).weight_decay(options.weightDecay);
    return std::make_unique<torch::optim::AdamW>(parameterGroups(learned, adamW), adamW);
  }
  const auto sgd = torch::optim::SGDOptions(rate)
                       .momentum(options.momentum)
                       .nesterov(options.momentum > 0)
                       .weight_decay(options.weightDecay);
  return std::make_unique<torch::optim::SGD>(parameterGroups(learned, sgd), sgd);
}

}  // namespace

}  // namespace atelier

struct CTTrainer {
  CTTrainer(const CTLayer *layers, size_t layerCount, const CTTrainerOptions &options)
      : options(options), graph(layers, layerCount, atelier::LayerGraph::Purpose::training) {
    atelier::useThreads(options.threads);
    // Of its own: others draw from the process's generator.
    graph.initialize(at::make_generator<at::CPUGeneratorImpl>(options.seed));
    if (options.averageDecay > 0) {
      average.emplace(layers, layerCount, atelier::LayerGraph::Purpose::training);
      copyInto(average->tensors(), graph.tensors());
    }
    const auto learned = graph.learned();
    for (auto parameters : {learned.weights, learned.normalizing}) {
      for (auto &parameter : parameters) parameter.requires_grad_();
    }
    optimizer = atelier::makeOptimizer(learned, options);
  }

  static void copyInto(
      const std::vector<torch::Tensor> &targets, const std::vector<torch::Tensor> &sources) {
    torch::NoGradGuard guard;
    for (size_t i = 0; i < targets.size(); ++i) targets[i].copy_(sources[i]);
  }

  // The moving average starts as a plain mean, so that the random beginnings are soon forgotten.
  void updateAverage() {
    if (!average) return;
    const double steps = static_cast<double>(stepCount);
    const double decay = std::min(options.averageDecay, (1 + steps) / (10 + steps));
    torch::NoGradGuard guard;
    const auto targets = average->tensors();
    const auto sources = graph.tensors();
    for (size_t i = 0; i < targets.size(); ++i) targets[i].lerp_(sources[i], 1 - decay);
  }

  torch::Tensor forward(const float *pixels, int64_t count) const {
    if (!options.bfloat16) return graph.forward(atelier::pictures(pixels, count));
    atelier::BFloat16Autocast autocast;
    return graph.forward(atelier::pictures(pixels, count)).to(torch::kFloat);
  }

  const CTTrainerOptions options;
  atelier::LayerGraph graph;
  std::optional<atelier::LayerGraph> average;
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  int64_t stepCount = 0;
};

CTTrainer *atelier::createTrainer(
    const CTLayer *layers, size_t layerCount, CTTrainerOptions options, CTError *error) {
  CTTrainer *trainer = nullptr;
  atelier::guarded(error, [&] { trainer = new CTTrainer(layers, layerCount, options); });
  return trainer;
}

void atelier::destroyTrainer(CTTrainer *trainer) { delete trainer; }

bool atelier::trainStep(
    CTTrainer *trainer, const float *pixels, const int64_t *labels, int64_t count,
    double learningRate, double *loss, int64_t *correct, CTError *error) {
  return atelier::guarded(error, [&] {
    atelier::useThreads(trainer->options.threads);
    // Only read, too.
    const auto target =
        torch::from_blob(const_cast<int64_t *>(labels), {count}, torch::TensorOptions(torch::kLong));
    const auto logits = trainer->forward(pixels, count);
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
    trainer->updateAverage();
  });
}

bool atelier::saveTrainer(CTTrainer *trainer, CTSink sink, CTError *error) {
  return atelier::guarded(error, [&] {
    torch::serialize::OutputArchive archive;
    archive.write("steps", torch::tensor(trainer->stepCount), true);
    const auto write = [&archive](const std::string &key, const atelier::LayerGraph &graph) {
      const auto tensors = graph.tensors();
      for (size_t i = 0; i < tensors.size(); ++i) {
        archive.write(key + std::to_string(i), tensors[i].detach(), true);
      }
    };
    write("tensor", trainer->graph);
    if (trainer->average) write("average", *trainer->average);
    torch::serialize::OutputArchive state;
    trainer->optimizer->save(state);
    archive.write("optimizer", state);
    archive.save_to(atelier::writer(sink));
  });
}

bool atelier::loadTrainer(CTTrainer *trainer, const char *path, CTError *error) {
  return atelier::guarded(error, [&] {
    torch::NoGradGuard guard;
    torch::serialize::InputArchive archive;
    archive.load_from(path);
    const auto read = [&archive](const std::string &key, const torch::Tensor &target) {
      torch::Tensor value;
      archive.read(key, value, true);
      TORCH_CHECK(value.sizes() == target.sizes(), "it is of another architecture");
      target.copy_(value);
    };
    const auto readAll = [&read](const std::string &key, const atelier::LayerGraph &graph) {
      const auto tensors = graph.tensors();
      for (size_t i = 0; i < tensors.size(); ++i) read(key + std::to_string(i), tensors[i]);
    };
    auto steps = torch::tensor(int64_t{0});
    read("steps", steps);
    readAll("tensor", trainer->graph);
    if (trainer->average) readAll("average", *trainer->average);
    torch::serialize::InputArchive state;
    archive.read("optimizer", state);
    trainer->optimizer->load(state);
    trainer->stepCount = steps.item<int64_t>();
  });
}

bool atelier::copyParameter(
    CTTrainer *trainer, size_t index, float *values, int64_t count, CTError *error) {
  return atelier::guarded(error, [&] {
    const auto &graph = trainer->average ? *trainer->average : trainer->graph;
    const auto parameter = graph.foldedParameters().at(index).detach();
    TORCH_CHECK(parameter.numel() == count, "the parameter has ", parameter.numel(), " elements");
    torch::from_blob(values, parameter.sizes()).copy_(parameter);
  });
}

bool atelier::setParameter(
    CTTrainer *trainer, size_t index, const float *values, int64_t count, CTError *error) {
  return atelier::guarded(error, [&] {
    TORCH_CHECK(
        trainer->graph.learned().normalizing.empty(),
        "what batch normalisation learned cannot be told from the parameters it was folded into");
    torch::NoGradGuard guard;
    const auto set = [&](const atelier::LayerGraph &graph) {
      const auto parameter = graph.foldedParameters().at(index);
      TORCH_CHECK(
          parameter.numel() == count, "the parameter has ", parameter.numel(), " elements");
      parameter.copy_(torch::from_blob(const_cast<float *>(values), parameter.sizes()));
    };
    set(trainer->graph);
    if (trainer->average) set(*trainer->average);
  });
}
