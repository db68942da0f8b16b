/*
 * identity_resolve.c - joins what shares a key, takes keys of too many out, and
 * leaves the knotty components to identity_tangle.c.
 */
#include "sync/identity_own.h"

#include <stdlib.h>
#include <string.h>

int identity_by_key(const struct entry *a, const struct entry *b)
{
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    if (a->more != b->more)
        return a->more < b->more ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return 0;
}

static int by_node(const struct entry *a, const struct entry *b)
{
    if (a->node != b->node)
        return a->node < b->node ? -1 : 1;
    return a->kind < b->kind ? -1 : a->kind > b->kind;
}

/*
 * In place: qsort takes as much again for its copy, and this table is the
 * largest thing in memory. Depth stays at log n: the larger part loops.
 */
static void sort_entries(struct entry *at, size_t count,
                         int (*compare)(const struct entry *,
                                        const struct entry *))
{
    while (count > 1) {
        /* Never the last one: both parts must be smaller than the whole. */
        struct entry pivot = at[(count - 1) / 2];
        size_t low = 0, high = count - 1;

        for (;;) {
            struct entry swap;

            while (compare(&at[low], &pivot) < 0)
                low++;
            while (compare(&at[high], &pivot) > 0)
                high--;
            if (low >= high)
                break;
            swap = at[low];
            at[low++] = at[high];
            at[high--] = swap;
        }
        /* at[0..high] <= pivot <= at[high+1..] */
        if (high + 1 < count - high - 1) {
            sort_entries(at, high + 1, compare);
            at += high + 1;
            count -= high + 1;
        } else {
            sort_entries(at + high + 1, count - high - 1, compare);
            count = high + 1;
        }
    }
}

static uint32_t root_of(struct identity *identity, uint32_t node)
{
    struct node_info *nodes = identity->nodes;

    while (nodes[node].group != node) {
        nodes[node].group = nodes[nodes[node].group].group;
        node = nodes[node].group;
    }
    return node;
}

static void join(struct identity *identity, uint32_t a, uint32_t b)
{
    a = root_of(identity, a);
    b = root_of(identity, b);
    /* The lower number stays root: groups keep the order of the rows. */
    if (a < b)
        identity->nodes[b].group = a;
    else
        identity->nodes[a].group = b;
}

/* More than NOBODY_MAX otherwise different customers in a run of one key? */
static bool too_many(const struct identity *identity, const struct entry *run,
                     size_t count)
{
    uint64_t seen[NOBODY_MAX];
    size_t distinct = 0;

    for (size_t i = 0; i < count; i++) {
        uint64_t who = identity->nodes[run[i].node].who;
        size_t j = 0;

        while (j < distinct && seen[j] != who)
            j++;
        if (j < distinct)
            continue;
        if (distinct == NOBODY_MAX)
            return true;
        seen[distinct++] = who;
    }
    return false;
}

static void remember(struct entry **at, size_t *count, size_t *room,
                     const struct entry *entry)
{
    *at = identity_grow(*at, room, *count + 1, sizeof(**at));
    (*at)[(*count)++] = *entry; /* runs come sorted, so this stays sorted */
}

/* The run of equal keys that begins at from. */
static size_t run_end(const struct identity *identity, size_t from)
{
    const struct entry *entries = identity->entries;
    size_t to = from + 1;

    while (to < identity->entries_count &&
           identity_by_key(&entries[from], &entries[to]) == 0)
        to++;
    return to;
}

static bool is_content(const struct identity *identity,
                       const struct entry *entry)
{
    return entry->kind == identity->rules.match_count;
}

/* Takes out the keys that too many carry; keyed tells who has one left. */
static void drop_nobodies(struct identity *identity, bool *keyed)
{
    struct entry *entries = identity->entries;
    size_t kept = 0;

    for (size_t from = 0, to; from < identity->entries_count; from = to) {
        to = run_end(identity, from);
        if (to - from > NOBODY_MAX && !is_content(identity, &entries[from]) &&
            identity->match[entries[from].kind] != KEY_REFERENCE_ID &&
            too_many(identity, &entries[from], to - from)) {
            remember(&identity->nobodies, &identity->nobodies_count,
                     &identity->nobodies_room, &entries[from]);
            continue;
        }
        for (size_t i = from; i < to; i++) {
            keyed[entries[i].node] |= !is_content(identity, &entries[i]);
            entries[kept++] = entries[i];
        }
    }
    identity->entries_count = kept;
}

/* The content is a key for those only who have no other; known customers bring
 * theirs for rows that lost theirs. */
static void drop_contents(struct identity *identity, const bool *keyed)
{
    struct entry *entries = identity->entries;
    size_t kept = 0;

    for (size_t i = 0; i < identity->entries_count; i++) {
        if (!is_content(identity, &entries[i]) || !keyed[entries[i].node] ||
            identity->nodes[entries[i].node].known)
            entries[kept++] = entries[i];
    }
    identity->entries_count = kept;
}

static void join_runs(struct identity *identity)
{
    struct entry *entries = identity->entries;
    bool *keyed = calloc(identity->nodes_count + 1, sizeof(*keyed));

    if (keyed == NULL)
        abort();
    drop_nobodies(identity, keyed);
    drop_contents(identity, keyed);
    free(keyed);
    for (size_t from = 0, to; from < identity->entries_count; from = to) {
        to = run_end(identity, from);
        for (size_t i = from + 1; i < to; i++)
            join(identity, entries[from].node, entries[i].node);
    }
}

static void add_conflict(struct identity *identity, uint32_t node, uint32_t a,
                         uint32_t b)
{
    identity->conflicts = identity_grow(
        identity->conflicts, &identity->conflicts_room,
        identity->conflicts_count + 1, sizeof(identity->conflicts[0]));
    identity->conflicts[identity->conflicts_count++] =
        (struct conflict){node, a, b};
}

/* nodes[..].group holds the component's root; becomes the group's number. */
static void settle_component(struct identity *identity, const uint32_t *nodes,
                             size_t count, uint32_t *group_of,
                             struct arena *arena)
{
    struct tangle tangle = {
        .entries = identity->entries,
        .entries_count = identity->entries_count,
        .nodes = nodes,
        .count = count,
    };
    store_id *known = arena_take(arena, count * sizeof(store_id));
    uint32_t first = identity->groups;

    for (size_t i = 0; i < count; i++) {
        const struct node_info *info = &identity->nodes[nodes[i]];

        known[i] = info->known ? identity->known[info->row] : 0;
    }
    tangle.known = known;
    tangle.part = arena_take(arena, count * sizeof(uint32_t));
    tangle.rival_a = arena_take(arena, count * sizeof(uint32_t));
    tangle.rival_b = arena_take(arena, count * sizeof(uint32_t));
    if (count == 1)
        tangle.parts = 1;
    else
        tangle_resolve(&tangle, identity->rules.match_count + 1, arena);
    for (size_t i = 0; i < count; i++) {
        if (tangle.part[i] == NO_GROUP) {
            group_of[nodes[i]] = NO_GROUP;
            add_conflict(identity, nodes[i], nodes[tangle.rival_a[i]],
                         nodes[tangle.rival_b[i]]);
            continue;
        }
        group_of[nodes[i]] = first + tangle.part[i];
        if (known[i] != 0)
            identity->group_known[first + tangle.part[i]] = known[i];
    }
    identity->groups = first + tangle.parts;
}

/* Keys that end up in more than one group: rule 3 asks who may have them. */
static void find_shared(struct identity *identity)
{
    struct entry *entries = identity->entries;

    sort_entries(entries, identity->entries_count, identity_by_key);
    for (size_t from = 0, to; from < identity->entries_count; from = to) {
        uint32_t group = identity->nodes[entries[from].node].group;
        bool shared = false;

        for (to = from + 1; to < identity->entries_count &&
                            identity_by_key(&entries[from], &entries[to]) == 0;
             to++)
            shared = shared || identity->nodes[entries[to].node].group != group;
        if (shared)
            remember(&identity->shared, &identity->shared_count,
                     &identity->shared_room, &entries[from]);
    }
}

int identity_by_conflict(const void *a, const void *b)
{
    const struct conflict *one = a, *two = b;

    return one->node < two->node ? -1 : one->node > two->node;
}

enum status identity_resolve(struct identity *identity, struct err *err)
{
    size_t count = identity->nodes_count;
    uint32_t *head, *next, *list;
    struct arena *arena = arena_open();

    (void)err;
    if (identity->entries_count > 0)
        sort_entries(identity->entries, identity->entries_count,
                     identity_by_key);
    join_runs(identity);
    if (identity->entries_count > 0)
        sort_entries(identity->entries, identity->entries_count, by_node);

    /* Chains of each component, in order of nodes: from the last to the
     * first, each root's chain grows at its head. */
    head = malloc((count + 1) * sizeof(*head));
    next = malloc((count + 1) * sizeof(*next));
    identity->group_known = calloc(count + 1, sizeof(store_id));
    if (head == NULL || next == NULL || identity->group_known == NULL)
        abort();
    memset(head, 0xff, (count + 1) * sizeof(*head));
    for (size_t i = count; i-- > 0;) {
        uint32_t root = root_of(identity, (uint32_t)i);

        next[i] = head[root];
        head[root] = (uint32_t)i;
    }
    for (size_t i = 0; i < count; i++) {
        size_t size = 0;
        uint32_t node;

        if (head[i] == UINT32_MAX)
            continue;
        for (node = head[i]; node != UINT32_MAX; node = next[node])
            size++;
        list = arena_take(arena, size * sizeof(*list));
        size = 0;
        for (node = head[i]; node != UINT32_MAX; node = next[node])
            list[size++] = node;
        /* head[] of the component's nodes is free now: it takes the group. */
        settle_component(identity, list, size, head, arena);
        for (size_t j = 0; j < size; j++)
            identity->nodes[list[j]].group = head[list[j]];
        for (size_t j = 0; j < size; j++)
            head[list[j]] = UINT32_MAX;
        arena_reset(arena);
    }
    find_shared(identity);
    if (identity->conflicts_count > 1)
        qsort(identity->conflicts, identity->conflicts_count,
              sizeof(identity->conflicts[0]), identity_by_conflict);
    free(head);
    free(next);
    arena_close(arena);
    return OK;
}
