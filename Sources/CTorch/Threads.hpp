// How many threads LibTorch computes with.
#pragma once

#include <ATen/Parallel.h>

namespace atelier {

// OpenMP keeps the number for each calling thread, so it is set where the work is done.
inline void useThreads(int count) {
  if (at::get_num_threads() != count) at::set_num_threads(count);
}

}  // namespace atelier
