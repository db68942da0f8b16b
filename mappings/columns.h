/*
 * columns.h - which of a mapping's columns a name from outside is.
 *
 * Flat shapes (CSV, and generic in every format) find columns by folded name:
 * case, blanks, `.`, `_`, NBSP, outer `*` `^` and a leading `@` (XML attribute)
 * do not matter; the columns of --rejects are none of them. A member that is an
 * object opens a scope: `city` in `billing` is `billing.city`. What a name
 * resolves to is kept per interned name, so a million rows fold each header
 * once.
 *
 * One thread at a time: looking up fills the cache.
 */
#ifndef MAPPINGS_COLUMNS_H
#define MAPPINGS_COLUMNS_H

#include "mappings/customer.h"

struct columns;

struct columns *columns_open(void);
void columns_close(struct columns *columns); /* NULL is fine */
/* The number of a column, made when new; folded-equal names share one. */
int columns_add(struct columns *columns, const char *name);
/* Names that begin with prefix ("custom.") become custom fields. */
void columns_custom(struct columns *columns, const char *prefix);
size_t columns_count(const struct columns *columns);
bool columns_know(struct columns *columns, struct text name);
/* A longer header is no column of any mapping. */
enum { COLUMN_NAME_MAX = 300 };
/* The name as it is compared, of at most COLUMN_NAME_MAX bytes, into out; its
 * size. */
size_t column_fold(struct text name, char *out);
/* Folded names are equal. */
bool columns_same(struct text a, struct text b);

/* What a record has: per column the first member that is not blank. */
struct found {
    const struct node **at; /* columns_count() long; NULL: not there */
    struct extra {
        enum field field; /* a custom field */
        const struct node *node;
        struct extra *next;
    } * extras;
    /* The readers (columns_reader) of which a column stands; of which more than
     * one does. */
    uint64_t read, twice;
};

/*
 * Names that held something in a record and are no column, in the order in
 * which they were met; the first UNREAD_MAX, since a stranger chooses them.
 */
enum { UNREAD_MAX = 200 };
const char *const *columns_unread(const struct columns *columns, size_t *count);
/* One more of them, within what is above it; "" for a column. */
void columns_unread_in(struct columns *columns, const char *above,
                       const char *name);

/* Whoever has that bit reads the column: most have no column in a record, and
 * are passed over by the bit. Several may share one. */
void columns_reader(struct columns *columns, int column, uint64_t bit);

/* Defines the custom fields that it meets. */
void columns_find(struct columns *columns, const struct node *object,
                  struct arena *arena, struct found *found);
/* The same at a glance, for a record that will be read later: only columns, and
 * those at its top, by names that were met before. Meets and defines nothing.
 */
void columns_glance(const struct columns *columns, const struct node *object,
                    struct arena *arena, struct found *found);

#endif
