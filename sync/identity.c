/*
 * identity.c - collects the keys of rows and of the customers the store knows
 * by them; answers what identity_resolve.c decided.
 */
#include "sync/identity_own.h"

#include <stdlib.h>
#include <string.h>

#include "sync/print.h"

enum { KNOWN_PER_KEY = 8 }; /* more known ones than this: nobody's key */

void *identity_grow(void *at, size_t *room, size_t need, size_t size)
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
    identity->match[rules->match_count] = (enum key)KEY_CONTENT;
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

struct entry identity_entry(const struct identity *identity, size_t kind,
                            struct text value, uint32_t node)
{
    struct print_key key =
        print_key(identity->rules.seed, (int)identity->match[kind], value);

    return (struct entry){
        .hash = key.high,
        .more = key.low & 0xffffff,
        .kind = (uint32_t)kind & 0xff,
        .node = node,
    };
}

static void add_entry(struct identity *identity, struct entry entry)
{
    identity->entries = identity_grow(
        identity->entries, &identity->entries_room, identity->entries_count + 1,
        sizeof(identity->entries[0]));
    identity->entries[identity->entries_count++] = entry;
}

static uint32_t add_node(struct identity *identity, uint32_t row, bool known)
{
    identity->nodes =
        identity_grow(identity->nodes, &identity->nodes_room,
                      identity->nodes_count + 1, sizeof(identity->nodes[0]));
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
    identity->known_table_room =
        identity->known_table_room == 0 ? 256 : identity->known_table_room * 2;
    identity->known_table =
        calloc(identity->known_table_room, sizeof(uint32_t));
    if (identity->known_table == NULL)
        abort();
    for (size_t i = 0; i < identity->known_count; i++) {
        size_t at = known_slot(identity, identity->known[i]);

        identity->known_table[at] = (uint32_t)i + 1;
    }
}

int identity_kind(const struct identity *identity, int key)
{
    for (size_t i = 0; i <= identity->rules.match_count; i++) {
        if ((int)identity->match[i] == key)
            return (int)i;
    }
    return -1;
}

/* Keys that compare only within one source. */
static bool of_one_source(int key)
{
    return key == KEY_REFERENCE_ID || key == KEY_CONTENT;
}

/* In its own account a customer is known by its record. */
static enum status add_record_key(struct identity *identity, store_id customer,
                                  uint32_t node, struct arena *arena,
                                  struct err *err)
{
    int kind = identity_kind(identity, KEY_REFERENCE_ID);
    struct link link;
    enum status status;

    if (identity->rules.account == 0 || kind < 0)
        return OK;
    status = store_link_of(identity->store, identity->rules.account, customer,
                           arena, &link, err);
    if (status == OK && link.id != 0)
        add_entry(identity,
                  identity_entry(identity, (size_t)kind, link.remote_id, node));
    return status;
}

/* A known customer comes with all its keys, so that it can disagree. */
static enum status add_known_keys(struct identity *identity, store_id customer,
                                  uint32_t node, struct arena *arena,
                                  struct err *err)
{
    struct store_key *keys;
    size_t count;
    enum status status = store_customer_keys(identity->store, customer, arena,
                                             &keys, &count, err);

    if (status != OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        int kind = identity_kind(identity, keys[i].kind);

        if (kind < 0 || (of_one_source(keys[i].kind) &&
                         keys[i].source != identity->rules.source))
            continue;
        add_entry(identity,
                  identity_entry(identity, (size_t)kind, keys[i].value, node));
    }
    return add_record_key(identity, customer, node, arena, err);
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

        identity->known_node = identity_grow(identity->known_node, &room,
                                             index + 1, sizeof(uint32_t));
        identity->known = identity_grow(identity->known, &identity->known_room,
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

/* Whose record it is. What the source said of it before comes after that. */
static enum status look_up_record(struct identity *identity, struct text id,
                                  store_id found[], size_t *count,
                                  struct arena *arena, struct err *err)
{
    struct link link;
    enum status status;

    if (identity->rules.account == 0)
        return OK;
    status = store_link_by_remote(identity->store, identity->rules.account, id,
                                  arena, &link, err);
    if (status != OK || link.id == 0)
        return status;
    found[0] = link.customer;
    *count = 1;
    return OK;
}

/* The customers that the store knows by this key. */
static enum status look_up(struct identity *identity, size_t kind,
                           struct text value, struct arena *arena,
                           store_id *first, struct err *err)
{
    int key = (int)identity->match[kind];
    store_id source = of_one_source(key) ? identity->rules.source : 0;
    store_id found[KNOWN_PER_KEY];
    size_t count;
    enum status status = store_customers_by_key(
        identity->store, key, value, source, found, KNOWN_PER_KEY, &count, err);

    *first = 0;
    if (status == OK && key == KEY_REFERENCE_ID)
        status = look_up_record(identity, value, found, &count, arena, err);
    if (status != OK || count > KNOWN_PER_KEY)
        return status;
    if (count > 0)
        *first = found[0];
    for (size_t i = 0; i < count && status == OK; i++)
        status = add_known(identity, found[i], arena, err);
    return status;
}

static void add_folded(struct buffer *all, const struct customer *customer,
                       enum field field, struct arena *arena)
{
    struct text folded =
        value_fold(field, customer_text(customer, field), arena);

    buffer_string(all, field_name(field));
    buffer_byte(all, '\x1f');
    buffer_text(all, folded);
    buffer_byte(all, '\x1e');
}

struct text identity_content(const uint8_t seed[16],
                             const struct customer *customer,
                             struct arena *arena)
{
    static const enum field names[] = {FIELD_NAME, FIELD_COMPANY,
                                       FIELD_FIRST_NAME, FIELD_LAST_NAME};
    /* The first that is there: a column more tonight changes nobody. */
    static const enum field reached[] = {FIELD_EMAIL,
                                         FIELD_PHONE,
                                         FIELD_MOBILE,
                                         FIELD_BILLING_STREET,
                                         FIELD_BILLING_POSTAL_CODE,
                                         FIELD_SHIPPING_STREET};
    struct buffer all = {0};
    struct print_key key;
    size_t i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        add_folded(&all, customer, names[i], arena);
    for (i = 0; i < sizeof(reached) / sizeof(reached[0]); i++) {
        if (!customer_has(customer, reached[i]))
            continue;
        add_folded(&all, customer, reached[i], arena);
        break;
    }
    key = print_key(seed, KEY_CONTENT, buffer_view(&all));
    buffer_free(&all);
    return arena_print(arena, "%016llx%016llx", (unsigned long long)key.high,
                       (unsigned long long)key.low);
}

/* Rows that may turn out to have no usable key are told apart by all they say.
 */
static enum status add_content(struct identity *identity,
                               const struct customer *customer, bool keyless,
                               struct arena *arena, uint32_t node,
                               struct err *err)
{
    size_t kind = identity->rules.match_count;
    struct text value = identity_content(identity->rules.seed, customer, arena);
    store_id first;

    add_entry(identity, identity_entry(identity, kind, value, node));
    if (!keyless || identity->empty)
        return OK;
    return look_up(identity, kind, value, arena, &first, err);
}

/* Who stands behind a key, for counting: where nothing numbers them, people of
 * one name count as one. */
static uint64_t name_hash(const struct identity *identity,
                          const struct customer *customer, struct arena *arena)
{
    static const enum field fields[] = {FIELD_NAME, FIELD_COMPANY,
                                        FIELD_FIRST_NAME, FIELD_LAST_NAME};
    struct text parts[4];
    bool named = false;

    for (size_t i = 0; i < 4; i++)
        named = named || customer_has(customer, fields[i]);
    if (!named)
        return 0;
    for (size_t i = 0; i < 4; i++)
        parts[i] =
            value_fold(fields[i], customer_text(customer, fields[i]), arena);
    return print_key(identity->rules.seed, 'n',
                     arena_joined(arena, parts, 4, '\x1f'))
        .high;
}

enum status identity_add(struct identity *identity, uint32_t row,
                         const struct customer *customer,
                         const struct text *keys, struct arena *arena,
                         uint32_t *node, struct err *err)
{
    size_t before = identity->entries_count;
    uint64_t who = name_hash(identity, customer, arena);
    bool numbered = false; /* by its own source */

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
        add_entry(identity, identity_entry(identity, kind, value, *node));
        /* A known customer's row is that customer, unless only a number that
         * many may share says so. */
        if (first != 0 &&
            (key == KEY_REFERENCE_ID || (key == KEY_EMAIL && !numbered)))
            who = (uint64_t)first;
        else if (key == KEY_REFERENCE_ID || who == 0)
            who = print_key(identity->rules.seed, 'w', value).high;
        numbered = numbered || key == KEY_REFERENCE_ID;
    }
    identity->nodes[*node].who = who;
    if (numbered)
        return OK;
    return add_content(identity, customer, identity->entries_count == before,
                       arena, *node, err);
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
        return (struct rival){.known = identity->known[info->row]};
    return (struct rival){.row = info->row};
}

void identity_rivals(const struct identity *identity, uint32_t node,
                     struct rival rivals[2])
{
    struct conflict wanted = {.node = node};
    const struct conflict *found =
        bsearch(&wanted, identity->conflicts, identity->conflicts_count,
                sizeof(wanted), identity_by_conflict);

    rivals[0] = rivals[1] = (struct rival){0};
    if (found == NULL)
        return;
    rivals[0] = rival_of(identity, found->a);
    rivals[1] = rival_of(identity, found->b);
}

static bool listed(const struct identity *identity, const struct entry *at,
                   size_t count, enum key key, struct text normal)
{
    int kind = identity_kind(identity, (int)key);
    size_t low = 0, high = count;
    struct entry wanted;

    if (kind < 0 || count == 0)
        return false;
    wanted = identity_entry(identity, (size_t)kind, normal, 0);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = identity_by_key(&wanted, &at[middle]);

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
