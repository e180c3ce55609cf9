// The interface is all there is; SwiftPM wants a source in every target.
#include "CTorchInterface.h"
