/*
 * source_own.h - the insides of a source, for the files that open one.
 */
#ifndef SYNC_SOURCE_OWN_H
#define SYNC_SOURCE_OWN_H

#include "sync/source.h"

struct source_file {
    const char *name;
    struct input *input;
    struct reader *reader;
};

struct source {
    struct arena *arena;
    struct names *names;
    struct catalogue *catalogue;
    struct mapping *own;           /* when named, to be closed here */
    const struct mapping *mapping; /* own or the catalogue's */
    const struct endpoint *from;   /* borrowed, for a second look; or NULL */
    const struct policy *policy;   /* borrowed */
    struct source_file *files;
    size_t count, current;
    struct cleaning cleaning;
    const char *name;
    char why[256];
    int spool; /* records of an account, or -1 */
    bool decided;
    struct decision *decision; /* of columns whose time format is open */
};

/* source.c, for source_account.c */
struct source *source_new(const struct policy *policy,
                          const struct config *config,
                          const struct account *target);
/* What the user says of the files' encoding, else the mapping; or NULL. */
const char *source_encoding_of(const struct policy *policy,
                               const struct mapping *mapping);
/* What is known once the mapping is: its region, the source's name. */
void source_settle(struct source *source);
/* source_open.c: one file and its reader; what was open before is closed. */
enum status source_open_file(struct source *source, struct source_file *file,
                             const struct endpoint *from,
                             const struct policy *policy,
                             const struct mapping *mapping, struct err *err);
/*
 * source_decide.c: which of several time formats each column has, by a second
 * pass over the files; only when the mapping leaves one open, and once. What
 * goes wrong on the way is left for the reading itself to tell.
 */
void source_decide(struct source *source);

#endif
