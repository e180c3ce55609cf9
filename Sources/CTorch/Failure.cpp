#include "Failure.hpp"

#include <cstdlib>

void CTErrorFree(CTError error) { free(error); }
