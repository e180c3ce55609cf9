#pragma once

#include <stdbool.h>

/// Whether a folder in which the dynamic linker looks for the program's libraries has a file of this name.
///
/// The folders are those of `LD_LIBRARY_PATH`, of the program's own search path and of the system, but not
/// those in `/etc/ld.so.cache`. Nothing is opened. Swift cannot ask this: `dlinfo` is an extension of
/// GNU's C library, which its module does not show.
bool cdynamiclinker_search_path_has(const char *_Nonnull file_name);
