#define _GNU_SOURCE
#include "CDynamicLinker.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The folders in which libraries of the program are looked for; NULL when the linker does not say.
static Dl_serinfo *search_path(void) {
  void *program = dlopen(NULL, RTLD_NOW);
  if (!program) return NULL;
  Dl_serinfo *path = NULL;
  Dl_serinfo size;
  if (dlinfo(program, RTLD_DI_SERINFOSIZE, &size) == 0 && (path = malloc(size.dls_size))) {
    // The second call wants to be told again how much room there is.
    if (dlinfo(program, RTLD_DI_SERINFOSIZE, path) != 0
        || dlinfo(program, RTLD_DI_SERINFO, path) != 0) {
      free(path);
      path = NULL;
    }
  }
  dlclose(program);
  return path;
}

bool cdynamiclinker_search_path_has(const char *file_name) {
  Dl_serinfo *path = search_path();
  if (!path) return false;
  bool is_found = false;
  for (unsigned int i = 0; i < path->dls_cnt && !is_found; ++i) {
    char file[PATH_MAX];
    const int length = snprintf(file, sizeof file, "%s/%s", path->dls_serpath[i].dls_name, file_name);
    is_found = length > 0 && (size_t)length < sizeof file && access(file, R_OK) == 0;
  }
  free(path);
  return is_found;
}
