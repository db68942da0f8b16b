/*
 * private.h - the state holds customers and tokens: it is its owner's alone.
 */
#ifndef STATE_PRIVATE_H
#define STATE_PRIVATE_H

#include <stdbool.h>

#include "formats/err.h"

/*
 * That the file at path, which exists, and its log are plain files, of ours,
 * that nobody else may read or write: else 78 "state_exposed". Root may work
 * for another owner. to_write: a log that SQLite made read-only, because the
 * state once was, is made writable again.
 */
enum status private_state(const char *path, bool to_write, struct err *err);
/*
 * The path with its folder resolved: two names of one folder must not be two
 * locks. The file itself is never a link. *whole is the caller's to free; NULL
 * on failure.
 */
enum status private_path(const char *path, char **whole, struct err *err);
/* Nobody can be writing it, as far as we can see: a file that we may not write
 * and that has no log. SQLite would need to write beside it, to read it. */
bool private_frozen(const char *path);

#endif
