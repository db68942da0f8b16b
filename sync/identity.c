/*
 * identity.c - collects keys, joins what shares one, and leaves the knotty
 * components to identity_tangle.c.
 */
#include "sync/identity.h"

#include <stdlib.h>
#include <string.h>

#include "sync/print.h"

enum { KNOWN_PER_KEY = 8 }; /* more known ones than this: nobody's key */

struct node_info {
    uint64_t who;    /* tells otherwise different customers apart */
    uint32_t row : 31; /* the caller's, or index into known */
    uint32_t known : 1;
    uint32_t group;  /* parent while joining, then the group */
};

struct conflict {
    uint32_t node, a, b; /* nodes */
};

struct identity {
    struct store *store;
    struct identity_rules rules;
    enum key match[KEY_COUNT];
    bool empty; /* the store knows nobody: no look-ups */
    struct entry *entries;
    size_t entries_count, entries_room;
    struct node_info *nodes;
    size_t nodes_count, nodes_room;
    store_id *known;      /* customers, in order of discovery */
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

static void *grow(void *at, size_t *room, size_t need, size_t size)
{
    if (need <= *room)
        return at;
    *room = *room == 0 ? 64 : *room * 2;
    if (*room < need)
        *room = need;
    at = realloc(at, *room * size);
    if (at == NULL)
        abort();
    return at;
}

enum status identity_open(struct identity **out, struct store *store,
                          const struct identity_rules *rules, struct err *err)
{
    struct identity *identity = calloc(1, sizeof(*identity));
    enum status status;

    if (identity == NULL)
        abort();
    identity->store = store;
    identity->rules = *rules;
    memcpy(identity->match, rules->match,
           rules->match_count * sizeof(identity->match[0]));
    identity->rules.match = identity->match;
    status = store_is_empty(store, &identity->empty, err);
    if (status != OK) {
        identity_close(identity);
        return status;
    }
    *out = identity;
    return OK;
}

void identity_close(struct identity *identity)
{
    if (identity == NULL)
        return;
    free(identity->entries);
    free(identity->nodes);
    free(identity->known);
    free(identity->known_node);
    free(identity->known_table);
    free(identity->group_known);
    free(identity->conflicts);
    free(identity->nobodies);
    free(identity->shared);
    free(identity);
}

/* --- collecting -----------------------------------------------------------*/

static struct entry entry_of(const struct identity *identity, size_t kind,
                             struct text value, uint32_t node)
{
    struct print_key key = print_key(identity->rules.seed,
                                     (int)identity->match[kind], value);

    return (struct entry){
        .hash = key.high,
        .more = key.low & 0xffffff,
        .kind = (uint32_t)kind & 0xff,
        .node = node,
    };
}

static void add_entry(struct identity *identity, struct entry entry)
{
    identity->entries = grow(identity->entries, &identity->entries_room,
                             identity->entries_count + 1,
                             sizeof(identity->entries[0]));
    identity->entries[identity->entries_count++] = entry;
}

static uint32_t add_node(struct identity *identity, uint32_t row, bool known)
{
    identity->nodes = grow(identity->nodes, &identity->nodes_room,
                           identity->nodes_count + 1,
                           sizeof(identity->nodes[0]));
    identity->nodes[identity->nodes_count] = (struct node_info){
        .row = row & 0x7fffffff,
        .group = (uint32_t)identity->nodes_count,
        .known = known & 1,
    };
    return (uint32_t)identity->nodes_count++;
}

static size_t known_slot(const struct identity *identity, store_id customer)
{
    size_t mask = identity->known_table_room - 1;
    size_t at = ((uint64_t)customer * 0x9e3779b97f4a7c15u >> 20) & mask;

    while (identity->known_table[at] != 0 &&
           identity->known[identity->known_table[at] - 1] != customer)
        at = (at + 1) & mask;
    return at;
}

static void known_table_grow(struct identity *identity)
{
    free(identity->known_table);
    identity->known_table_room = identity->known_table_room == 0
                                     ? 256
                                     : identity->known_table_room * 2;
    identity->known_table =
        calloc(identity->known_table_room, sizeof(uint32_t));
    if (identity->known_table == NULL)
        abort();
    for (size_t i = 0; i < identity->known_count; i++) {
        size_t at = known_slot(identity, identity->known[i]);

        identity->known_table[at] = (uint32_t)i + 1;
    }
}

static int kind_of(const struct identity *identity, int key)
{
    for (size_t i = 0; i < identity->rules.match_count; i++) {
        if ((int)identity->match[i] == key)
            return (int)i;
    }
    return -1;
}

/* A known customer comes with all its keys, so that it can disagree. */
static enum status add_known_keys(struct identity *identity,
                                  store_id customer, uint32_t node,
                                  struct arena *arena, struct err *err)
{
    struct store_key *keys;
    size_t count;
    enum status status = store_customer_keys(identity->store, customer, arena,
                                             &keys, &count, err);

    if (status != OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        int kind = kind_of(identity, keys[i].kind);

        /* Reference ids compare only within one source. */
        if (kind < 0 || (keys[i].kind == KEY_REFERENCE_ID &&
                         keys[i].source != identity->rules.source))
            continue;
        add_entry(identity, entry_of(identity, (size_t)kind, keys[i].value,
                                     node));
    }
    return OK;
}

static enum status add_known(struct identity *identity, store_id customer,
                             struct arena *arena, struct err *err)
{
    size_t at, index = identity->known_count;
    uint32_t node;

    if (identity->known_count * 2 >= identity->known_table_room)
        known_table_grow(identity);
    at = known_slot(identity, customer);
    if (identity->known_table[at] != 0)
        return OK;
    if (index + 1 > identity->known_room) {
        size_t room = identity->known_room;

        identity->known_node = grow(identity->known_node, &room, index + 1,
                                    sizeof(uint32_t));
        identity->known = grow(identity->known, &identity->known_room,
                               index + 1, sizeof(store_id));
    }
    node = add_node(identity, (uint32_t)index, true);
    identity->nodes[node].who = (uint64_t)customer;
    identity->known[index] = customer;
    identity->known_node[index] = node;
    identity->known_count++;
    identity->known_table[at] = (uint32_t)index + 1;
    return add_known_keys(identity, customer, node, arena, err);
}

/* The customers that the store knows by this key. */
static enum status look_up(struct identity *identity, size_t kind,
                           struct text value, struct arena *arena,
                           store_id *first, struct err *err)
{
    enum key key = identity->match[kind];
    store_id source =
        key == KEY_REFERENCE_ID ? identity->rules.source : 0;
    store_id found[KNOWN_PER_KEY];
    size_t count;
    enum status status =
        store_customers_by_key(identity->store, (int)key, value, source, found,
                               KNOWN_PER_KEY, &count, err);

    *first = 0;
    if (status != OK || count > KNOWN_PER_KEY)
        return status;
    if (count > 0)
        *first = found[0];
    for (size_t i = 0; i < count && status == OK; i++)
        status = add_known(identity, found[i], arena, err);
    return status;
}

/* A row without any key is one with its exact copies only. */
static struct entry keyless(const struct identity *identity,
                            const struct fingerprint *print, uint32_t node)
{
    struct entry entry = {
        .kind = (uint32_t)identity->rules.match_count & 0xff,
        .node = node,
    };

    memcpy(&entry.hash, print->bytes, sizeof(entry.hash));
    return entry;
}

/*
 * Who stands behind a key, for counting: people of one name count as one, since
 * too low a count only leaves the key in force, and rows that another key tells
 * apart stay apart anyway.
 */
static uint64_t name_hash(const struct identity *identity,
                          const struct customer *customer,
                          struct arena *arena)
{
    static const enum field fields[] = { FIELD_NAME, FIELD_COMPANY,
                                         FIELD_FIRST_NAME, FIELD_LAST_NAME };
    struct text parts[4];
    bool named = false;

    for (size_t i = 0; i < 4; i++)
        named = named || customer_has(customer, fields[i]);
    if (!named)
        return 0;
    for (size_t i = 0; i < 4; i++)
        parts[i] = value_fold(fields[i], customer_text(customer, fields[i]),
                              arena);
    return print_key(identity->rules.seed, 'n',
                     arena_print(arena, "%.*s\x1f%.*s\x1f%.*s\x1f%.*s",
                                 TEXT_ARGS(parts[0]), TEXT_ARGS(parts[1]),
                                 TEXT_ARGS(parts[2]), TEXT_ARGS(parts[3])))
        .high;
}

enum status identity_add(struct identity *identity, uint32_t row,
                         const struct customer *customer,
                         const struct text *keys,
                         const struct fingerprint *print, struct arena *arena,
                         uint32_t *node, struct err *err)
{
    size_t before = identity->entries_count;
    uint64_t who = name_hash(identity, customer, arena);

    *node = add_node(identity, row, false);
    for (size_t kind = 0; kind < identity->rules.match_count; kind++) {
        enum key key = identity->match[kind];
        struct text value = keys[kind];
        bool nobody = false;
        store_id first = 0;
        enum status status = OK;

        if (value.size == 0)
            continue;
        if (!identity->empty && key != KEY_REFERENCE_ID)
            status = store_nobody(identity->store, identity->rules.source,
                                  (int)key, value, &nobody, err);
        if (status == OK && !identity->empty && !nobody)
            status = look_up(identity, kind, value, arena, &first, err);
        if (status != OK)
            return status;
        if (nobody)
            continue;
        add_entry(identity, entry_of(identity, kind, value, *node));
        /* A known customer's row is that customer, unless only a number that
         * many may share says so. */
        if (first != 0 && (key == KEY_REFERENCE_ID || key == KEY_EMAIL))
            who = (uint64_t)first;
        else if (who == 0)
            who = print_key(identity->rules.seed, 'w', value).high;
    }
    if (identity->entries_count == before)
        add_entry(identity, keyless(identity, print, *node));
    identity->nodes[*node].who = who;
    return OK;
}

/* --- deciding -------------------------------------------------------------*/

static int by_key(const struct entry *a, const struct entry *b)
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
static bool too_many(const struct identity *identity,
                     const struct entry *run, size_t count)
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
    *at = grow(*at, room, *count + 1, sizeof(**at));
    (*at)[(*count)++] = *entry; /* runs come sorted, so this stays sorted */
}

static void join_runs(struct identity *identity)
{
    struct entry *entries = identity->entries;
    size_t kept = 0;

    for (size_t from = 0, to; from < identity->entries_count; from = to) {
        to = from + 1;
        while (to < identity->entries_count &&
               by_key(&entries[from], &entries[to]) == 0)
            to++;
        if (to - from > NOBODY_MAX &&
            entries[from].kind < identity->rules.match_count &&
            identity->match[entries[from].kind] != KEY_REFERENCE_ID &&
            too_many(identity, &entries[from], to - from)) {
            remember(&identity->nobodies, &identity->nobodies_count,
                     &identity->nobodies_room, &entries[from]);
            continue;
        }
        for (size_t i = from; i < to; i++) {
            if (i > from)
                join(identity, entries[from].node, entries[i].node);
            entries[kept++] = entries[i];
        }
    }
    identity->entries_count = kept;
}

static void add_conflict(struct identity *identity, uint32_t node, uint32_t a,
                         uint32_t b)
{
    identity->conflicts = grow(identity->conflicts, &identity->conflicts_room,
                               identity->conflicts_count + 1,
                               sizeof(identity->conflicts[0]));
    identity->conflicts[identity->conflicts_count++] =
        (struct conflict){ node, a, b };
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

    sort_entries(entries, identity->entries_count, by_key);
    for (size_t from = 0, to; from < identity->entries_count; from = to) {
        uint32_t group = identity->nodes[entries[from].node].group;
        bool shared = false;

        for (to = from + 1; to < identity->entries_count &&
                            by_key(&entries[from], &entries[to]) == 0;
             to++)
            shared = shared ||
                     identity->nodes[entries[to].node].group != group;
        if (shared)
            remember(&identity->shared, &identity->shared_count,
                     &identity->shared_room, &entries[from]);
    }
}

static int conflict_by_node(const void *a, const void *b)
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
        sort_entries(identity->entries, identity->entries_count, by_key);
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
              sizeof(identity->conflicts[0]), conflict_by_node);
    free(head);
    free(next);
    arena_close(arena);
    return OK;
}

/* --- answers --------------------------------------------------------------*/

uint32_t identity_group(const struct identity *identity, uint32_t node)
{
    return identity->nodes[node].group;
}

uint32_t identity_groups(const struct identity *identity)
{
    return identity->groups;
}

store_id identity_known(const struct identity *identity, uint32_t group)
{
    return identity->group_known[group];
}

static struct rival rival_of(const struct identity *identity, uint32_t node)
{
    const struct node_info *info = &identity->nodes[node];

    if (info->known)
        return (struct rival){ .known = identity->known[info->row] };
    return (struct rival){ .row = info->row };
}

void identity_rivals(const struct identity *identity, uint32_t node,
                     struct rival rivals[2])
{
    struct conflict wanted = { .node = node };
    const struct conflict *found =
        bsearch(&wanted, identity->conflicts, identity->conflicts_count,
                sizeof(wanted), conflict_by_node);

    rivals[0] = rivals[1] = (struct rival){ 0 };
    if (found == NULL)
        return;
    rivals[0] = rival_of(identity, found->a);
    rivals[1] = rival_of(identity, found->b);
}

static bool listed(const struct identity *identity, const struct entry *at,
                   size_t count, enum key key, struct text normal)
{
    int kind = kind_of(identity, (int)key);
    size_t low = 0, high = count;
    struct entry wanted;

    if (kind < 0 || count == 0)
        return false;
    wanted = entry_of(identity, (size_t)kind, normal, 0);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_key(&wanted, &at[middle]);

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool identity_is_nobody(const struct identity *identity, enum key key,
                        struct text normal)
{
    return listed(identity, identity->nobodies, identity->nobodies_count, key,
                  normal);
}

bool identity_is_shared(const struct identity *identity, enum key key,
                        struct text normal)
{
    return listed(identity, identity->shared, identity->shared_count, key,
                  normal);
}
