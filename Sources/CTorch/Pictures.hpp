// How a batch of pictures becomes a tensor.
#pragma once

#include <torch/torch.h>

namespace atelier {

// A view of `count` pictures as count x 1 x 28 x 28, in the channels-last format, which convolutions
// and pooling pass on: pooling is several times faster in it. With one channel the bytes are the same;
// only the strides tell the formats apart. The view is only read, from_blob just has no const form.
inline torch::Tensor pictures(const float *pixels, int64_t count) {
  return torch::from_blob(const_cast<float *>(pixels), {count, 1, 28, 28}, {28 * 28, 1, 28, 1});
}

}  // namespace atelier
