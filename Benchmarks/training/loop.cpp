// The peer of `atelier train`: fashion-cnn in the way a C++ user of LibTorch would write it, with the
// same batch size, optimizer and data, and neither augmentation nor an average of the parameters.
//
// Prints the seconds of each epoch.
#include <torch/torch.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <vector>

namespace {

torch::Tensor readIDX(const std::string &path, size_t header, std::vector<int64_t> shape) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
  TORCH_CHECK(bytes.size() > header, "cannot read ", path);
  return torch::from_blob(bytes.data() + header, shape, torch::kByte).clone();
}

}  // namespace

int main(int argc, char **argv) {
  TORCH_CHECK(argc == 4, "usage: loop IMAGES LABELS EPOCHS");
  constexpr int64_t count = 55000, batchSize = 128;
  torch::manual_seed(1);
  torch::set_num_threads(2);
  const auto images = readIDX(argv[1], 16, {60000, 1, 28, 28}).slice(0, 0, count);
  const auto labels = readIDX(argv[2], 8, {60000}).slice(0, 0, count).to(torch::kLong);

  using namespace torch::nn;
  Sequential network(
      Conv2d(Conv2dOptions(1, 16, 3).padding(1)), ReLU(), MaxPool2d(2),
      Conv2d(Conv2dOptions(16, 32, 3).padding(1)), ReLU(), MaxPool2d(2), Flatten(),
      Linear(1568, 128), ReLU(), Linear(128, 10));
  torch::optim::AdamW optimizer(
      network->parameters(), torch::optim::AdamWOptions(0.001).weight_decay(0.01));

  for (int epoch = 0; epoch < std::atoi(argv[3]); ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const auto order = torch::randperm(count);
    double loss = 0;
    for (int64_t first = 0; first < count; first += batchSize) {
      const auto chosen = order.slice(0, first, std::min(first + batchSize, count));
      const auto pixels = images.index_select(0, chosen).to(torch::kFloat).div_(255);
      const auto batchLoss = functional::cross_entropy(
          network->forward(pixels), labels.index_select(0, chosen),
          functional::CrossEntropyFuncOptions().label_smoothing(0.05));
      optimizer.zero_grad();
      batchLoss.backward();
      optimizer.step();
      loss += batchLoss.item<double>() * static_cast<double>(chosen.size(0));
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::cout << seconds.count() << std::endl;
    std::cerr << "epoch " << epoch + 1 << ": loss " << loss / count << "\n";
  }
}
