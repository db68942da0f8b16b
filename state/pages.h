/*
 * pages.h - a sum in every page of the state, so that damage is noticed.
 *
 * SQLite sums up the pages of its log, not those of the file: a page that a
 * disk lost or tore could say of a customer that nobody knows him, and he would
 * be created again. So a file system layer below SQLite keeps a sum in the last
 * eight bytes of each page of the main file, and lets no page in that lacks it.
 *
 * A page without a sum passes: whoever else closes a state last (the sqlite3
 * command, after a kill) moves pages from the log into the file as they are,
 * and they go into the log without one. So do the holes that SQLite leaves
 * where a page was freed before it was ever written, and a copy made by VACUUM
 * INTO. That such pages fit together is for SQLite's own check to say. Another
 * program that changes a page leaves it with an old sum: that is damage.
 */
#ifndef STATE_PAGES_H
#define STATE_PAGES_H

#include <sqlite3.h>

#include <stdbool.h>
#include <stdint.h>

enum { PAGES_RESERVED = 8 }; /* of each page */

/* Makes the layer known; its name is for sqlite3_open_v2. */
const char *pages_vfs(void);
/* Right after opening, before anything else: a new file shall have sums. */
void pages_reserve(sqlite3 *db);
/*
 * Reads the whole file, which nobody may be writing, past what the log has
 * to say. *bad: the first page that is not as it was written, 0 none.
 * *unsummed: there are pages without a sum. A code of SQLite when it cannot be
 * read.
 */
int pages_verify(sqlite3 *db, uint32_t *bad, bool *unsummed);

#endif
