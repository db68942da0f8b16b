/*
 * store_numbers.c - whom a number of a key stands for: many of them in one row
 * of the table, see number_leaf.h, written in order when the transaction ends.
 */
#include <stdlib.h>

#include "state/inside.h"
#include "state/number_leaf.h"
#include "state/waiting_numbers.h"

/* The keys from one to another, those of the pieces seen so far. */
struct search {
    int64_t from, to;
    store_id *customers;
    size_t count;
    bool over; /* nothing can come any more */
};

/* One piece. false: it is damaged. */
static bool search_leaf(struct search *search, const struct query *query)
{
    int64_t key = row_int(query, 0);
    struct text rest = row_view(query, 1);

    while (!search->over && number_next(&rest, &key)) {
        if (key >= search->from && key <= search->to)
            search->customers[search->count++] = number_customer(key);
        search->over = key > search->to || search->count == NUMBERS_AT_ONCE;
    }
    return search->over || rest.size == 0;
}

static enum status search_leaves(struct store *store, struct search *search,
                                 enum statement statement, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);
    enum status status;
    bool whole = true;

    query_int(&query, search->from);
    if (statement == NUMBERS_BETWEEN)
        query_int(&query, search->to);
    while (whole && !search->over && query_row(&query))
        whole = search_leaf(search, &query);
    status = query_close(&query);
    return status != OK || whole ? status
                                 : connection_damaged(&store->main, 0, err);
}

/* Nearly always the first piece goes on behind what is looked for. */
enum status store_numbers_find(struct store *store, int64_t number,
                               store_id after, store_id *customers,
                               size_t *count, struct err *err)
{
    struct search search = {
        .from = number_key(number, after + 1),
        .to = number_key(number, UINT32_MAX),
        .customers = customers,
    };
    enum status status = search_leaves(store, &search, NUMBERS_AT, err);

    if (status == OK && !search.over)
        status = search_leaves(store, &search, NUMBERS_BETWEEN, err);
    *count = search.count;
    return status;
}

/* --- writing --------------------------------------------------------------*/

struct leaf {
    int64_t first, next; /* its place, and the next one's */
    bool written;
    struct buffer packed;
    int64_t *keys; /* in order */
    size_t count, room;
};

static enum status find_leaf(struct store *store, int64_t key,
                             struct leaf *leaf, struct err *err)
{
    struct query query = query_open(&store->main, NUMBERS_AROUND, err);

    buffer_clear(&leaf->packed);
    leaf->first = leaf->next = 0; /* there is no customer 0: never a place */
    query_int(&query, key);
    if (query_row(&query)) {
        leaf->first = row_int(&query, 0);
        buffer_text(&leaf->packed, row_view(&query, 1));
        leaf->next = row_int(&query, 2);
    }
    leaf->written = leaf->first != 0;
    if (leaf->first == 0)
        leaf->first = INT64_MIN;
    if (leaf->next == 0)
        leaf->next = INT64_MAX;
    return query_close(&query);
}

static void add_key(struct leaf *leaf, int64_t key)
{
    if (leaf->count == leaf->room) {
        leaf->room = leaf->room == 0 ? NUMBERS_IN_LEAF * 2 : leaf->room * 2;
        leaf->keys = realloc(leaf->keys, leaf->room * sizeof(leaf->keys[0]));
        if (leaf->keys == NULL)
            abort();
    }
    leaf->keys[leaf->count++] = key;
}

static int64_t key_of(const struct waiting_number *waiting)
{
    return number_key(waiting->number, llabs(waiting->customer));
}

/* The keys of the leaf with those of it that come, without those that go.
 * false: it is damaged. */
static bool merge(struct leaf *leaf, const struct waiting_number *at,
                  size_t count, size_t *merged)
{
    struct text rest = buffer_view(&leaf->packed);
    int64_t old = leaf->first;
    bool more = number_next(&rest, &old);
    size_t i;

    leaf->count = 0;
    for (i = 0; i < count && key_of(&at[i]) < leaf->next; i++) {
        int64_t key = key_of(&at[i]);

        for (; more && old < key; more = number_next(&rest, &old))
            add_key(leaf, old);
        if (more && old == key)
            more = number_next(&rest, &old);
        if (at[i].customer > 0)
            add_key(leaf, key);
    }
    for (; more; more = number_next(&rest, &old))
        add_key(leaf, old);
    *merged = i;
    return rest.size == 0;
}

static enum status put_piece(struct store *store, struct leaf *leaf,
                             enum statement statement, int64_t first,
                             size_t from, size_t to, struct err *err)
{
    struct query query = query_open(&store->main, statement, err);
    int64_t last = first;

    buffer_clear(&leaf->packed);
    for (size_t i = from; i < to; i++)
        number_add(&leaf->packed, &last, leaf->keys[i]);
    query_int(&query, first);
    query_blob(&query, leaf->packed.at, leaf->packed.size);
    return query_run(&query);
}

/* One that has become too large, as pieces with room to grow. */
static enum status put_leaf(struct store *store, struct leaf *leaf,
                            struct err *err)
{
    size_t pieces = leaf->count <= NUMBERS_IN_LEAF
                        ? 1
                        : leaf->count / (NUMBERS_IN_LEAF * 2 / 3) + 1;
    enum status status = OK;

    if (leaf->count == 0) {
        struct query query = query_open(&store->main, NUMBERS_REMOVE, err);

        query_int(&query, leaf->first);
        return query_run(&query);
    }
    for (size_t i = 0; i < pieces && status == OK; i++) {
        size_t from = leaf->count * i / pieces;

        status = put_piece(store, leaf,
                           i == 0 && leaf->written ? NUMBERS_PUT : NUMBERS_ADD,
                           i == 0 ? leaf->first : leaf->keys[from], from,
                           leaf->count * (i + 1) / pieces, err);
    }
    return status;
}

enum status store_numbers_write(struct store *store, struct err *err)
{
    size_t count;
    const struct waiting_number *at = numbers_sorted(store->numbers, &count);
    struct leaf leaf = {0};
    enum status status = OK;

    for (size_t i = 0; i < count && status == OK;) {
        size_t merged = 0;

        status = find_leaf(store, key_of(&at[i]), &leaf, err);
        if (status == OK && !merge(&leaf, &at[i], count - i, &merged))
            status = connection_damaged(&store->main, 0, err);
        if (status == OK)
            status = put_leaf(store, &leaf, err);
        i += merged;
    }
    numbers_forget(store->numbers);
    buffer_free(&leaf.packed);
    free(leaf.keys);
    return status;
}
