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
    uint32_t superseded;         /* kinds, as bits: of a known customer whose
                                    own row says something newer */
    uint32_t position;           /* of its first node */
    uint32_t part;
    bool tie;
    uint32_t a, b;               /* members it ties, when tie */
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
    /* What its own source no longer says can still tie, but not disagree. */
    if (((a->superseded | b->superseded) >> kind & 1) != 0)
        return APART;
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
static bool clash(const struct member *a, const struct member *b,
                  size_t kinds)
{
    if (a->known != 0 && b->known != 0)
        return true;
    if (are_same(a, b, kinds))
        return false;
    for (size_t kind = 0; kind < kinds; kind++) {
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
        struct member member = { .known = tangle->known[i],
                                 .position = (uint32_t)i };
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

/* A longer chain: the rows between a and b on the shortest way are in doubt. */
static void cut_chain(struct member *members, uint32_t count, uint32_t a,
                      uint32_t b, size_t kinds, uint32_t *queue,
                      uint32_t *from)
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
        make_tie(&members[members[a].known == 0 ? a : b], a, b);
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

/*
 * A changed email or mobile: the row is the known customer by a stronger key, so
 * the value known before is its old one and speaks against nobody.
 */
static void supersede(struct member *members, uint32_t count, size_t kinds)
{
    for (uint32_t k = 0; k < count; k++) {
        if (members[k].known == 0)
            continue;
        for (uint32_t row = 0; row < count; row++) {
            size_t strongest = 0;

            if (members[row].known != 0 ||
                !are_same(&members[row], &members[k], kinds))
                continue;
            while (relate(&members[row], &members[k], strongest) != SHARE)
                strongest++;
            for (size_t kind = strongest + 1; kind < kinds; kind++) {
                if (relate(&members[row], &members[k], kind) == DISAGREE)
                    members[k].superseded |= 1u << kind;
            }
        }
    }
}

static uint32_t split(struct member *members, uint32_t count, size_t kinds,
                      struct arena *arena)
{
    uint32_t *queue = arena_take(arena, count * sizeof(*queue));
    uint32_t *from = arena_take(arena, count * sizeof(*from));
    uint32_t parts = 0;

    supersede(members, count, kinds);
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
