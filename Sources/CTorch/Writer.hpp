// Hands what LibTorch writes to a sink of the C interface.
#pragma once

#include <cstddef>
#include <functional>

#include "CTorchSink.h"

namespace atelier {

// The function that LibTorch's archives are written by; a sink takes all that it is given.
inline std::function<size_t(const void *, size_t)> writer(CTSink sink) {
  return [sink](const void *bytes, size_t count) {
    sink.write(sink.context, bytes, count);
    return count;
  };
}

}  // namespace atelier
