/*
 * identity.h - which rows and known customers are one customer.
 *
 * Two are one when they share a key and no stronger key disagrees; a chain is
 * one when no two of its members disagree; a member that ties others which
 * disagree is a conflict; two known customers are never made one. Keys that
 * more than NOBODY_MAX otherwise different customers carry identify nobody.
 *
 * Rows are handed in one by one; keys are kept as hashes, 16 bytes each, so a
 * million rows fit in memory. Nothing is written to the store here.
 */
#ifndef SYNC_IDENTITY_H
#define SYNC_IDENTITY_H

#include "mappings/customer.h"
#include "state/store.h"

/* A family shares a number; a front desk shares it with strangers. */
enum { NOBODY_MAX = 3 };

/*
 * The key of a customer that has no other: its names and the first way to reach
 * it, folded and hashed. It is kept in the store like any key, so that neither
 * a lost answer nor a new column makes the customer anew.
 */
enum { KEY_CONTENT = KEY_COUNT };
struct text identity_content(const uint8_t seed[16],
                             const struct customer *customer,
                             struct arena *arena);

struct identity;

struct identity_rules {
    const enum key *match; /* strongest first */
    size_t match_count;
    store_id source;
    store_id account; /* the source is this account: a row is the customer whose
                         record it is; 0: a file */
    uint8_t seed[16];
};

/* rules are copied. store is borrowed. */
enum status identity_open(struct identity **out, struct store *store,
                          const struct identity_rules *rules, struct err *err);
void identity_close(struct identity *identity); /* NULL is fine */

/* Hands in a row (any number of the caller's) with its keys in the order of
 * match; *node names it from now on. A row without a usable key is one with its
 * exact copies only. */
enum status identity_add(struct identity *identity, uint32_t row,
                         const struct customer *customer,
                         const struct text *keys, struct arena *arena,
                         uint32_t *node, struct err *err);
/* After the last row: decides. */
enum status identity_resolve(struct identity *identity, struct err *err);

enum { NO_GROUP = UINT32_MAX };

/* Groups are numbered from 0; NO_GROUP: the node is a conflict. */
uint32_t identity_group(const struct identity *identity, uint32_t node);
uint32_t identity_groups(const struct identity *identity);
/* The known customer of a group, or 0. */
store_id identity_known(const struct identity *identity, uint32_t group);

/* One of the two between which a conflicting node stands. */
struct rival {
    store_id known; /* a known customer, or 0 */
    uint32_t row;   /* else the caller's row number */
};
void identity_rivals(const struct identity *identity, uint32_t node,
                     struct rival rivals[2]);
/* Was this key found to identify nobody (in this run)? */
bool identity_is_nobody(const struct identity *identity, enum key key,
                        struct text normal);
/* Do customers of different groups carry this key? */
bool identity_is_shared(const struct identity *identity, enum key key,
                        struct text normal);

/* --- between identity.c and identity_tangle.c -----------------------------*/

struct entry {
    uint64_t hash;
    uint32_t more : 24; /* further bits of the hash */
    uint32_t kind : 8;  /* position in match: 0 is the strongest */
    uint32_t node;
};

struct tangle {
    const struct entry *entries; /* sorted by node */
    size_t entries_count;
    const uint32_t *nodes; /* of one component */
    size_t count;
    const store_id *known; /* by position in nodes; 0 for rows */
    /* out */
    uint32_t *part; /* by position: part number, or NO_GROUP */
    uint32_t parts;
    uint32_t *rival_a, *rival_b; /* positions, for those with NO_GROUP */
};

void tangle_resolve(struct tangle *tangle, size_t kinds, struct arena *arena);

#endif
