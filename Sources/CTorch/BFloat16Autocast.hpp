// Computing with bfloat16 where it is faster and precise enough.
#pragma once

#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace atelier {

// While one lives, its thread computes convolutions and matrix products with bfloat16 factors; sums
// and everything else stay 32-bit floats.
class BFloat16Autocast {
 public:
  BFloat16Autocast() {
    at::autocast::increment_nesting();
    enable(true);
  }

  ~BFloat16Autocast() {
    enable(false);
    // The copies of the weights are those of one step.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  }

  BFloat16Autocast(const BFloat16Autocast &) = delete;
  BFloat16Autocast &operator=(const BFloat16Autocast &) = delete;

 private:
  static void enable(bool isEnabled) {
#if TORCH_VERSION_MAJOR >= 2
    at::autocast::set_autocast_enabled(at::kCPU, isEnabled);
    at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
#else
    at::autocast::set_cpu_enabled(isEnabled);
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
#endif
  }
};

}  // namespace atelier
