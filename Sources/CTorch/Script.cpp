// TorchScript: reading, freezing and running modules, and writing them from layers.
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/jit/frontend/resolver.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/export.h>
#include <torch/script.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "Failure.hpp"
#include "Functions.hpp"
#include "LayerGraph.hpp"
#include "Model.hpp"
#include "SilentWarnings.hpp"
#include "Threads.hpp"
#include "Writer.hpp"

namespace atelier {

namespace {

// Reads a module and makes its parameters constants of its graph.
torch::jit::Module loadFrozen(const char *path) {
  auto module = torch::jit::load(path, torch::kCPU);
  module.eval();
  return torch::jit::freeze(module);
}

// A frozen module, twice: as it is, and rewritten to oneDNN's own tensor layout, which pays only when
// several pictures share the conversions at its ends.
struct ScriptModel final : CTModel {
  ScriptModel(const char *path, int threads)
      : CTModel(threads), plain(loadFrozen(path)), optimized(optimize(loadFrozen(path))) {}

  torch::Tensor forward(torch::Tensor pixels) const override {
    const auto &module = pixels.size(0) < smallestOptimizedBatch ? plain : optimized;
    return module.get_method("forward")({std::move(pixels)}).toTensor();
  }

  // Frozen before: optimize_for_inference takes a module without the attribute `training`, such as
  // ours, for one that is frozen already.
  static torch::jit::Module optimize(torch::jit::Module frozen) {
    return torch::jit::optimize_for_inference(frozen);
  }

  // Where the two were equally fast, measured with fashion-cnn on one thread.
  static constexpr int64_t smallestOptimizedBatch = 4;

  const torch::jit::Module plain;
  const torch::jit::Module optimized;
};

// Finds the operators that the written source names: torch.* and quantized.*.
struct OperatorResolver final : torch::jit::Resolver {
  std::shared_ptr<torch::jit::SugaredValue> resolveValue(
      const std::string &name, torch::jit::GraphFunction &,
      const torch::jit::SourceRange &) override {
    if (name == "torch") return std::make_shared<torch::jit::BuiltinModule>("aten");
    if (name == "quantized") return std::make_shared<torch::jit::BuiltinModule>("quantized");
    return nullptr;
  }
};

// Symmetric int8 weights with a scale for each output, packed for the int8 kernels.
c10::IValue packed(const torch::Tensor &weight, const torch::Tensor &bias) {
  const auto scales =
      (std::get<0>(weight.abs().max(1)) / 127.0).clamp_min(1e-8).to(torch::kDouble);
  const auto quantized = at::quantize_per_channel(
      weight, scales, torch::zeros_like(scales, torch::kLong), 0, torch::kQInt8);
  torch::jit::Stack stack{quantized, bias};
  c10::Dispatcher::singleton().findSchemaOrThrow("quantized::linear_prepack", "").callBoxed(&stack);
  return stack.front();
}

// Builds a module with the parameters where their names say: `cnn_stack.0.weight` is the parameter
// `weight` of the submodule `0` of the submodule `cnn_stack`.
class ScriptBuilder {
 public:
  explicit ScriptBuilder(bool quantized)
      : root_("__torch__.FashionClassifier", std::make_shared<torch::jit::CompilationUnit>()),
        quantized_(quantized) {
    // In channels-last (memory format 2), as `pictures` makes them, whoever calls.
    source_ << "def forward(self, x: Tensor) -> Tensor:\n"
               "    x = torch.clone(x, memory_format=2)\n";
  }

  void append(const LayerGraph::Step &step) {
    const CTLayer &layer = step.layer;
    source_ << "    ";
    switch (layer.kind) {
      case CTLayerKindConvolution: {
        const auto at = registerParameters(step);
        source_ << "x = torch.conv2d(x, " << at << ".weight, " << at << ".bias, "
                << pair(layer.stride) << ", " << pair(layer.padding) << ")";
        break;
      }
      case CTLayerKindReLU:
        source_ << "x = torch.relu(x)";
        break;
      case CTLayerKindMaxPooling:
        source_ << "x = torch.max_pool2d(x, " << pair(layer.kernelSize) << ")";
        break;
      case CTLayerKindGlobalAveragePooling:
        source_ << "x = torch.adaptive_avg_pool2d(x, [1, 1])";
        break;
      case CTLayerKindResidualBody:
        depth_ += 1;
        source_ << input() << " = x";
        break;
      case CTLayerKindResidualShortcut:
        source_ << body() << " = x\n    x = " << input();
        break;
      case CTLayerKindResidualSum:
        source_ << "x = torch.add(" << body() << ", x)";
        depth_ -= 1;
        break;
      case CTLayerKindFlatten:
        source_ << "x = torch.flatten(x, 1)";
        break;
      case CTLayerKindLinear:
        if (quantized_) {
          const auto value = packed(step.weight, step.bias);
          const auto at = descend(step.name, [&](torch::jit::Module &module) {
            module.register_attribute("packed", value.type(), value);
          });
          // Inputs take 7 bits: the sums of 8-bit products overflow on processors without VNNI.
          source_ << "x = quantized.linear_dynamic(x, " << at << ".packed, True)";
        } else {
          const auto at = registerParameters(step);
          source_ << "x = torch.linear(x, " << at << ".weight, " << at << ".bias)";
        }
        break;
    }
    source_ << "\n";
  }

  void save(CTSink sink) {
    source_ << "    return x\n";
    root_.define(source_.str(), std::make_shared<OperatorResolver>());
    root_.eval();
    torch::jit::ExportModule(root_, writer(sink));
  }

 private:
  static std::string pair(int64_t value) {
    const auto text = std::to_string(value);
    return "[" + text + ", " + text + "]";
  }

  std::string registerParameters(const LayerGraph::Step &step) {
    return descend(step.name, [&](torch::jit::Module &module) {
      module.register_parameter("weight", step.weight, false);
      module.register_parameter("bias", step.bias, false);
    });
  }

  // The variables that a residual keeps; those in one another have their own.
  std::string input() const { return "input_" + std::to_string(depth_); }
  std::string body() const { return "body_" + std::to_string(depth_); }

  // Fills the submodule of a dotted name; returns how the source reaches it.
  template <typename Fill>
  std::string descend(const std::string &name, Fill fill) {
    fill(submodule(name));
    std::string path = "self";
    std::istringstream parts(name);
    // Numbers are no identifiers, so each is reached as Python would.
    for (std::string part; std::getline(parts, part, '.');) {
      path = "getattr(" + path + ", \"" + part + "\")";
    }
    return path;
  }

  // The module of a dotted name, made with those above it when it is new; its class is called by the
  // name, as an identifier.
  torch::jit::Module &submodule(const std::string &name) {
    const auto found = submodules_.find(name);
    if (found != submodules_.end()) return found->second;
    auto identifier = name;
    std::replace(identifier.begin(), identifier.end(), '.', '_');
    torch::jit::Module module(
        "__torch__.Module_" + identifier, root_._ivalue()->compilation_unit());
    const auto dot = name.rfind('.');
    auto &parent = dot == std::string::npos ? root_ : submodule(name.substr(0, dot));
    parent.register_module(dot == std::string::npos ? name : name.substr(dot + 1), module);
    return submodules_.emplace(name, module).first->second;
  }

  torch::jit::Module root_;
  std::map<std::string, torch::jit::Module> submodules_;
  std::ostringstream source_;
  bool quantized_;
  int depth_ = 0;
};

}  // namespace

}  // namespace atelier

CTModel *atelier::loadScript(const char *path, int threads, CTError *error) {
  CTModel *model = nullptr;
  atelier::guarded(error, [&] {
    atelier::SilentWarnings silent;
    c10::InferenceMode inference;
    // Without profiling runs: the graphs are optimised once, here, so the first requests and those of
    // a new batch size are as fast as all others.
    torch::jit::getExecutorMode() = false;
    torch::jit::getProfilingMode() = false;
    model = new atelier::ScriptModel(path, threads);
  });
  return model;
}

bool atelier::writeScript(
    const CTLayer *layers, size_t layerCount, const CTValues *parameters, size_t parameterCount,
    bool quantized, CTSink sink, CTError *error) {
  return atelier::guarded(error, [&] {
    atelier::SilentWarnings silent;
    torch::NoGradGuard guard;
    atelier::LayerGraph graph(layers, layerCount, atelier::LayerGraph::Purpose::inference);
    graph.fill(parameters, parameterCount);
    atelier::ScriptBuilder builder(quantized);
    for (const auto &step : graph.steps()) builder.append(step);
    builder.save(sink);
  });
}
