/*
 * identity_own.h - what identity.c (collecting keys), identity_resolve.c
 * (deciding) and nobody else see of the inside.
 */
#ifndef SYNC_IDENTITY_OWN_H
#define SYNC_IDENTITY_OWN_H

#include "sync/identity.h"

struct node_info {
    uint64_t who;      /* tells otherwise different customers apart */
    uint32_t row : 31; /* the caller's, or index into known */
    uint32_t known : 1;
    uint32_t group; /* parent while joining, then the group */
};

struct conflict {
    uint32_t node, a, b; /* nodes */
};

struct identity {
    struct store *store;
    struct identity_rules rules;
    enum key match[KEY_COUNT + 1]; /* the last one is the content */
    bool empty;                    /* the store knows nobody: no look-ups */
    struct entry *entries;
    size_t entries_count, entries_room;
    struct node_info *nodes;
    size_t nodes_count, nodes_room;
    store_id *known; /* customers, in order of discovery */
    uint32_t *known_node;
    size_t known_count, known_room;
    uint32_t *known_table; /* open addressing: index + 1 into known */
    size_t known_table_room;
    store_id *group_known;
    uint32_t groups;
    struct conflict *conflicts; /* in order of node */
    size_t conflicts_count, conflicts_room;
    struct entry *nobodies, *shared; /* sorted by hash */
    size_t nobodies_count, nobodies_room, shared_count, shared_room;
};

/* Doubles the room until need fits; never fails. */
void *identity_grow(void *at, size_t *room, size_t need, size_t size);
struct entry identity_entry(const struct identity *identity, size_t kind,
                            struct text value, uint32_t node);
/* Position of a key in match, or -1. */
int identity_kind(const struct identity *identity, int key);
/* Order of hashes; equal only for the same key of the same kind. */
int identity_by_key(const struct entry *a, const struct entry *b);
/* Conflicts by node, for qsort and bsearch. */
int identity_by_conflict(const void *a, const void *b);

#endif
