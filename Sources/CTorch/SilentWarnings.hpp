// Keeps LibTorch's warnings off standard error.
#pragma once

#include <c10/util/Exception.h>
#include <torch/version.h>

namespace atelier {

// While one lives, warnings of its thread are dropped: since 2.15, LibTorch announces the end of
// quantised tensors in Python whenever one is made, which is no news to users of this program.
class SilentWarnings {
#if TORCH_VERSION_MAJOR >= 2
  struct Handler final : c10::WarningHandler {
    void process(const c10::Warning &) override {}
  };

  Handler handler_;
  c10::WarningUtils::WarningHandlerGuard guard_{&handler_};
#endif
};

}  // namespace atelier
