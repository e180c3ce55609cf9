#pragma once

#include <archive.h>
#include <archive_entry.h>

// archive_set_error takes variable arguments, which Swift cannot pass.
static inline void archive_set_error_text(struct archive *archive, int code, const char *text) {
  archive_set_error(archive, code, "%s", text);
}
