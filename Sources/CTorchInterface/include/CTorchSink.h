// Where the content of files goes.
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// Takes a file's bytes, in order. LibTorch writes none itself: its writer ends the process when the
// disk is full.
typedef struct CTSink {
  void *_Nullable context;
  void (*_Nonnull write)(void *_Nullable context, const void *_Nonnull bytes, size_t count);
} CTSink;

#ifdef __cplusplus
}
#endif
