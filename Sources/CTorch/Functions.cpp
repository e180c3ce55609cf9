#include "Functions.hpp"

#include <cstdlib>

#include "CTorch.h"

const CTFunctions *CTorchFunctions(void) {
  static const CTFunctions functions{
      {atelier::createModel, atelier::loadScript, atelier::runModel, atelier::destroyModel,
       atelier::writeScript},
      {atelier::createTrainer, atelier::destroyTrainer, atelier::trainStep, atelier::saveTrainer,
       atelier::loadTrainer, atelier::copyParameter, atelier::setParameter},
      [](CTError error) { std::free(error); },
  };
  return &functions;
}
