/*
 * prints.h - the rows of last night, in memory: by its fingerprint a row that
 * says the same as ever is found at the cost of one look.
 *
 * 32 bytes a row and two more for the index, however many: nothing else is kept
 * of a row that did not change. Rows that are equal to the byte stand here as
 * often as they were kept, and each is met once.
 */
#ifndef SYNC_PRINTS_H
#define SYNC_PRINTS_H

#include "state/store.h"

enum known_state {
    KNOWN_GONE,   /* not met so far */
    KNOWN_MET,    /* and nothing more is to be done about it */
    KNOWN_JOINED, /* met; its customer is looked at for another row's sake */
    KNOWN_READ,   /* met, and read like a row that is new */
};

struct known_print {
    struct fingerprint print;
    uint64_t offset; /* in the spool: of one that is met, or joined */
    uint32_t customer;
    uint8_t role;  /* enum role */
    uint8_t state; /* enum known_state */
};

struct prints {
    struct known_print *at; /* in byte order once there is the index */
    size_t count;
    size_t room;
    uint32_t *starts; /* by the first bits of a print: where those begin */
    unsigned bits;
};

/* A zeroed struct is empty. In any order; then the index, once. */
void prints_add(struct prints *prints, const struct fingerprint *print,
                store_id customer, enum role role);
void prints_index(struct prints *prints);
/* These will be looked for next: what that takes is fetched from memory, for
 * all of them at once. */
void prints_soon(const struct prints *prints, const struct fingerprint *wanted,
                 size_t count);
/* The first of its equals that is not met, else one that is; NULL: none. */
struct known_print *prints_find(const struct prints *prints,
                                const struct fingerprint *print);
void prints_free(struct prints *prints);

#endif
