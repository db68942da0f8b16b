/*
 * identity_tangle.c - one component of nodes that share keys somehow: which of
 * them are one customer, and which stand between two.
 *
 * Nodes with the same keys are looked at as one member, so that a customer with
 * a thousand rows costs one. Members are compared pair by pair; components with
 * more than MEMBERS_MAX of them are nobody's family, and all are conflicts.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/identity.h"

enum { MEMBERS_MAX = 256 };

struct member {
    const struct entry *entries; /* by kind */
    size_t count;
    store_id known;
    uint32_t position; /* of its first node */
    uint32_t part;
    bool tie;
    uint32_t a, b; /* members it ties, when tie */
};

static bool same_hash(const struct entry *a, const struct entry *b)
{
    return a->hash == b->hash && a->more == b->more && a->kind == b->kind;
}

static bool same_keys(const struct member *a, const struct member *b)
{
    if (a->count != b->count || a->known != 0 || b->known != 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same_hash(&a->entries[i], &b->entries[i]))
            return false;
    }
    return true;
}

enum relation { APART, SHARE, DISAGREE };

static enum relation relate(const struct member *a, const struct member *b,
                            size_t kind)
{
    bool has_a = false, has_b = false;

    for (size_t i = 0; i < b->count; i++)
        has_b = has_b || b->entries[i].kind == kind;
    for (size_t i = 0; i < a->count; i++) {
        if (a->entries[i].kind != kind)
            continue;
        has_a = true;
        for (size_t j = 0; j < b->count; j++) {
            if (same_hash(&a->entries[i], &b->entries[j]))
                return SHARE;
        }
    }
    return has_a && has_b ? DISAGREE : APART;
}

/* One customer: the strongest key on which both speak is shared, or all that
 * are stronger than a shared one are held by one side only. */
static bool are_same(const struct member *a, const struct member *b,
                     size_t kinds)
{
    if (a->known != 0 && b->known != 0)
        return false;
    for (size_t kind = 0; kind < kinds; kind++) {
        enum relation relation = relate(a, b, kind);

        if (relation == SHARE)
            return true;
        if (relation == DISAGREE)
            return false;
    }
    return false;
}

/* Not the same by themselves, and never to be made so by a third. */
static bool clash(const struct member *a, const struct member *b, size_t kinds)
{
    if (a->known != 0 && b->known != 0)
        return true;
    if (are_same(a, b, kinds))
        return false;
    /* The last kind is the content, which differs between any two rows. */
    for (size_t kind = 0; kind + 1 < kinds; kind++) {
        if (relate(a, b, kind) == DISAGREE)
            return true;
    }
    return false;
}

static uint32_t collect(const struct tangle *tangle, struct member *members,
                        uint32_t *member_of, struct arena *arena)
{
    uint32_t count = 0;
    size_t table_room = 16, mask;
    uint32_t *table;

    while (table_room < tangle->count * 2)
        table_room *= 2;
    mask = table_room - 1;
    table = arena_take(arena, table_room * sizeof(*table));
    for (size_t i = 0; i < tangle->count; i++) {
        struct member member = {.known = tangle->known[i],
                                .position = (uint32_t)i};
        size_t low = 0, high = tangle->entries_count, at;
        uint64_t hash = tangle->nodes[i];

        while (low < high) {
            size_t middle = low + (high - low) / 2;

            if (tangle->entries[middle].node < tangle->nodes[i])
                low = middle + 1;
            else
                high = middle;
        }
        member.entries = &tangle->entries[low];
        while (low + member.count < tangle->entries_count &&
               member.entries[member.count].node == tangle->nodes[i])
            member.count++;
        if (member.known == 0) {
            hash = 0;
            for (size_t j = 0; j < member.count; j++)
                hash = hash * 31 + member.entries[j].hash;
        }
        for (at = hash & mask; table[at] != 0; at = (at + 1) & mask) {
            if (same_keys(&members[table[at] - 1], &member))
                break;
        }
        if (table[at] == 0) {
            members[count] = member;
            table[at] = ++count;
        }
        member_of[i] = table[at] - 1;
    }
    return count;
}

/* --- one reference id, one customer ---------------------------------------*/

static uint32_t cluster_of(uint32_t *clusters, uint32_t member)
{
    while (clusters[member] != member) {
        clusters[member] = clusters[clusters[member]];
        member = clusters[member];
    }
    return member;
}

static void unite(struct member *members, uint32_t *clusters, uint32_t a,
                  uint32_t b)
{
    uint32_t low, high;

    a = cluster_of(clusters, a);
    b = cluster_of(clusters, b);
    low = a < b ? a : b;
    high = a < b ? b : a;
    if (low == high || (members[a].known != 0 && members[b].known != 0))
        return; /* two known customers are never made one */
    clusters[high] = low;
    if (members[low].known == 0)
        members[low].known = members[high].known;
}

/* Members that share the strongest key, by a table of its values. */
static void find_clusters(struct member *members, uint32_t count,
                          uint32_t *clusters, struct arena *arena)
{
    size_t room = 16;
    const struct entry **keys;
    uint32_t *owners;

    for (uint32_t i = 0; i < count; i++) {
        clusters[i] = i;
        while (room < 2 * (i + members[i].count + 1))
            room *= 2;
    }
    room *= 2;
    keys = arena_take(arena, room * sizeof(*keys));
    owners = arena_take(arena, room * sizeof(*owners));
    for (uint32_t i = 0; i < count; i++) {
        for (size_t j = 0; j < members[i].count; j++) {
            const struct entry *entry = &members[i].entries[j];
            size_t at = entry->hash & (room - 1);

            if (entry->kind != 0)
                continue;
            while (keys[at] != NULL && !same_hash(keys[at], entry))
                at = (at + 1) & (room - 1);
            if (keys[at] != NULL) {
                unite(members, clusters, owners[at], i);
                continue;
            }
            keys[at] = entry;
            owners[at] = i;
        }
    }
}

static void add_entries(struct member *into, struct entry *entries,
                        const struct member *from, uint64_t not_kinds)
{
    for (size_t i = 0; i < from->count; i++) {
        bool there = (not_kinds >> from->entries[i].kind & 1) != 0;

        for (size_t j = 0; j < into->count && !there; j++)
            there = same_hash(&entries[j], &from->entries[i]);
        if (!there)
            entries[into->count++] = from->entries[i];
    }
}

/*
 * Rows of one reference id are one customer whatever else they say, so together
 * they carry all their keys. What the store knew of that customer counts only
 * for kinds of keys of which its rows say nothing: a changed email speaks for
 * nobody and against nobody any more.
 */
static uint32_t collapse(struct member *members, uint32_t count,
                         const store_id *was_known, uint32_t *member_of,
                         size_t nodes, struct arena *arena)
{
    uint32_t *clusters = arena_take(arena, count * sizeof(*clusters));
    uint32_t *number = arena_take(arena, count * sizeof(*number));
    struct member *out = arena_take(arena, count * sizeof(*out));
    size_t *sizes = arena_take(arena, count * sizeof(*sizes));
    uint64_t *said = arena_take(arena, count * sizeof(*said));
    uint32_t made = 0;

    find_clusters(members, count, clusters, arena);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t root = cluster_of(clusters, i);

        sizes[root] += members[i].count;
        for (size_t j = 0; j < members[i].count && was_known[i] == 0; j++)
            said[root] |= (uint64_t)1 << members[i].entries[j].kind;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t root = cluster_of(clusters, i);
        struct member *into;

        if (root == i) {
            number[i] = made;
            out[made] = members[i];
            out[made].entries =
                arena_take(arena, (sizes[i] + 1) * sizeof(struct entry));
            out[made++].count = 0;
        }
        number[i] = number[root];
        into = &out[number[i]];
        add_entries(into, (struct entry *)into->entries, &members[i],
                    was_known[i] != 0 ? said[root] & ~(uint64_t)1 : 0);
    }
    memcpy(members, out, made * sizeof(*out));
    for (size_t i = 0; i < nodes; i++)
        member_of[i] = number[member_of[i]];
    return made;
}

static void spread(struct member *members, uint32_t count, uint32_t from,
                   uint32_t part, size_t kinds, uint32_t *queue)
{
    uint32_t head = 0, tail = 0;

    members[from].part = part;
    queue[tail++] = from;
    while (head < tail) {
        const struct member *at = &members[queue[head++]];

        for (uint32_t i = 0; i < count; i++) {
            if (members[i].part != NO_GROUP || members[i].tie ||
                !are_same(at, &members[i], kinds))
                continue;
            members[i].part = part;
            queue[tail++] = i;
        }
    }
}

static void make_tie(struct member *tie, uint32_t a, uint32_t b)
{
    tie->tie = true;
    tie->a = a;
    tie->b = b;
}

/* The rows that tie a to b directly. */
static bool cut_ties(struct member *members, uint32_t count, uint32_t a,
                     uint32_t b, size_t kinds)
{
    bool found = false;

    for (uint32_t i = 0; i < count; i++) {
        if (members[i].part != members[a].part || members[i].known != 0 ||
            members[i].tie || i == a || i == b ||
            !are_same(&members[i], &members[a], kinds) ||
            !are_same(&members[i], &members[b], kinds))
            continue;
        make_tie(&members[i], a, b);
        found = true;
    }
    return found;
}

/* The strongest kind of key that two members share. */
static size_t strength(const struct member *a, const struct member *b,
                       size_t kinds)
{
    size_t kind = 0;

    while (kind < kinds && relate(a, b, kind) != SHARE)
        kind++;
    return kind;
}

/* Only a known customer stands between a and b: who shares less with it is in
 * doubt, or both are. */
static void cut_weaker(struct member *members, uint32_t a, uint32_t b,
                       uint32_t known, size_t kinds)
{
    size_t of_a = strength(&members[a], &members[known], kinds);
    size_t of_b = strength(&members[b], &members[known], kinds);

    if (members[a].known == 0 && (of_a >= of_b || members[b].known != 0))
        make_tie(&members[a], known, b);
    if (members[b].known == 0 && (of_b >= of_a || members[a].known != 0))
        make_tie(&members[b], known, a);
}

/* A longer chain: the rows between a and b on the shortest way are in doubt. */
static void cut_chain(struct member *members, uint32_t count, uint32_t a,
                      uint32_t b, size_t kinds, uint32_t *queue, uint32_t *from)
{
    uint32_t head = 0, tail = 0;
    bool cut = false;

    for (uint32_t i = 0; i < count; i++)
        from[i] = NO_GROUP;
    from[a] = a;
    queue[tail++] = a;
    while (head < tail && from[b] == NO_GROUP) {
        uint32_t at = queue[head++];

        for (uint32_t i = 0; i < count; i++) {
            if (from[i] != NO_GROUP || members[i].tie ||
                !are_same(&members[at], &members[i], kinds))
                continue;
            from[i] = at;
            queue[tail++] = i;
        }
    }
    for (uint32_t i = from[b]; i != NO_GROUP && i != a; i = from[i]) {
        if (members[i].known != 0)
            continue;
        make_tie(&members[i], a, b);
        cut = true;
    }
    if (!cut)
        cut_weaker(members, a, b, from[b], kinds);
}

/*
 * True when a clash was found and something was cut out because of it: direct
 * ties first, all of them; a chain only when no tie explains any clash.
 */
static bool cut_clashes(struct member *members, uint32_t count, size_t kinds,
                        uint32_t *queue, uint32_t *from)
{
    uint32_t first_a = NO_GROUP, first_b = NO_GROUP;
    bool any = false;

    for (uint32_t a = 0; a < count; a++) {
        for (uint32_t b = a + 1; b < count; b++) {
            if (members[a].tie || members[b].tie ||
                members[a].part != members[b].part ||
                !clash(&members[a], &members[b], kinds))
                continue;
            any = cut_ties(members, count, a, b, kinds) || any;
            if (first_a == NO_GROUP) {
                first_a = a;
                first_b = b;
            }
        }
    }
    if (!any && first_a != NO_GROUP)
        cut_chain(members, count, first_a, first_b, kinds, queue, from);
    return first_a != NO_GROUP;
}

static uint32_t split(struct member *members, uint32_t count, size_t kinds,
                      struct arena *arena)
{
    uint32_t *queue = arena_take(arena, count * sizeof(*queue));
    uint32_t *from = arena_take(arena, count * sizeof(*from));
    uint32_t parts = 0;

    /* Each round takes at least one member out, so it ends. */
    for (uint32_t round = 0; round <= count; round++) {
        parts = 0;
        for (uint32_t i = 0; i < count; i++)
            members[i].part = NO_GROUP;
        for (uint32_t i = 0; i < count; i++) {
            if (members[i].part == NO_GROUP && !members[i].tie)
                spread(members, count, i, parts++, kinds, queue);
        }
        if (!cut_clashes(members, count, kinds, queue, from))
            break;
    }
    return parts;
}

void tangle_resolve(struct tangle *tangle, size_t kinds, struct arena *arena)
{
    struct member *members =
        arena_take(arena, tangle->count * sizeof(*members));
    uint32_t *member_of = arena_take(arena, tangle->count * sizeof(uint32_t));
    uint32_t count = collect(tangle, members, member_of, arena);
    store_id *was_known = arena_take(arena, (count + 1) * sizeof(*was_known));

    for (uint32_t i = 0; i < count; i++)
        was_known[i] = members[i].known;
    count =
        collapse(members, count, was_known, member_of, tangle->count, arena);
    if (count > MEMBERS_MAX) {
        for (uint32_t i = 0; i < count; i++) {
            members[i].part = NO_GROUP;
            make_tie(&members[i], i == 0 ? 1 : 0, i <= 1 ? 2 : 1);
        }
        tangle->parts = 0;
    } else {
        tangle->parts = split(members, count, kinds, arena);
    }
    for (size_t i = 0; i < tangle->count; i++) {
        const struct member *member = &members[member_of[i]];

        tangle->part[i] = member->tie ? NO_GROUP : member->part;
        tangle->rival_a[i] = member->tie ? members[member->a].position : 0;
        tangle->rival_b[i] = member->tie ? members[member->b].position : 0;
    }
}
