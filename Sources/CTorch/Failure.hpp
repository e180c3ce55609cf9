// Turns C++ exceptions into the error messages of the C interface.
#pragma once

#include <c10/util/Exception.h>

#include <cstring>
#include <exception>
#include <string>

#include "CTorchLayers.h"

namespace atelier {

// The first line of an exception's message: LibTorch appends a stack trace to it.
inline char *message(const char *what) {
  const std::string text(what);
  return strdup(text.substr(0, text.find('\n')).c_str());
}

// Runs `body`; true when it returned, false with a message when it threw.
template <typename Body>
bool guarded(CTError *error, Body body) noexcept {
  try {
    body();
    return true;
  } catch (const c10::Error &failure) {
    *error = message(failure.what_without_backtrace());
  } catch (const std::exception &failure) {
    *error = message(failure.what());
  } catch (...) {
    *error = strdup("an unknown C++ exception");
  }
  return false;
}

}  // namespace atelier
