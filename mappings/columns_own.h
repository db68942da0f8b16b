/*
 * columns_own.h - what columns.c, which knows names, and columns_find.c, which
 * goes through records, have in common.
 */
#ifndef MAPPINGS_COLUMNS_OWN_H
#define MAPPINGS_COLUMNS_OWN_H

#include "mappings/columns.h"
#include "mappings/met.h"

struct answer {
    int column;       /* or -1 */
    int scope;        /* of an object of that name; 0: none of ours inside */
    enum field field; /* custom, or FIELD_NONE */
};

struct entry {
    const char *name; /* as handed in: an interned name of some table */
    char *copy;       /* a table may have died, and its address come again */
    int scope;
    bool met; /* it held something, and is no column */
    struct answer answer;
};

struct columns {
    char **folded; /* per column */
    size_t count, room;
    struct readers {
        uint64_t read, twice;
    } * readers; /* per column */
    size_t readers_room;
    char **scopes; /* folded prefixes; [0] is the top, "" */
    size_t scopes_count, scopes_room;
    const char *custom;
    struct entry *cache;
    size_t cached, cache_room; /* room is a power of two */
    struct met unread;
};

/* What that name is within a scope. Dies with the next one. */
struct entry *columns_entry(struct columns *columns, int scope,
                            const char *name);
/* The same, or NULL when nobody has asked yet. */
const struct entry *columns_known(const struct columns *columns, int scope,
                                  const char *name);

#endif
