/*
 * codes.h - every problem code, what it means and what to do about it.
 *
 * One CODE(name, meaning, remedy) per line in codes_list.h. The manual page
 * custsync-codes(7) says the same; a test compares the two.
 */
#ifndef SYNC_CODES_H
#define SYNC_CODES_H

struct code {
    const char *name;    /* "bad_email" */
    const char *meaning; /* a sentence without full stop */
    const char *remedy;  /* the same */
};

extern const struct code codes[]; /* ended by a NULL name */

struct arena;

/* All of them, NULL-ended. */
const char *const *code_names(struct arena *arena);
/* NULL for a code that is not in the table. */
const struct code *code_named(const char *name);
const char *code_remedy(const char *name);

#endif
