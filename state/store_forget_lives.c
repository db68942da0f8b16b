/*
 * store_forget_lives.c - the lives of others when a person goes: they are told
 * without the person's events, and without the person's keys.
 */
#include "state/inside.h"

#include <ctype.h>
#include <string.h>

#include "state/event_form.h"

/* --- lives that were told by an event of theirs ---------------------------*/

struct place {
    store_id customer;
    int64_t n;
};

/* The next event of the form after the place that is not the customer's. */
static enum status next_event(struct store *store, store_id form,
                              store_id customer, struct place *place,
                              struct text *differs, bool *found,
                              struct err *err)
{
    struct query query = query_open(&store->main, FORM_EVENT_NEXT, err);

    query_int(&query, form);
    query_int(&query, customer);
    query_int(&query, place->customer);
    query_int(&query, place->n);
    *found = query_row(&query);
    if (*found) {
        place->customer = row_int(&query, 0);
        place->n = row_int(&query, 1);
        *differs = row_text(&query, 2, store->work);
    }
    return query_close(&query);
}

static enum status copy_form(struct store *store, store_id form,
                             struct text body, store_id *copy, struct err *err)
{
    struct query query = query_open(&store->main, FORM_COPY, err);
    enum status status;

    query_int(&query, form);
    query_text(&query, body);
    status = query_run(&query);
    *copy = sqlite3_last_insert_rowid(store->main.db);
    return status;
}

static enum status move_event(struct store *store, const struct place *place,
                              store_id form, struct text differs,
                              struct err *err)
{
    struct query query = query_open(&store->main, EVENT_FORM_PUT, err);

    query_int(&query, place->customer);
    query_int(&query, place->n);
    query_int(&query, form);
    if (differs.size > 0)
        query_blob(&query, differs.at, differs.size);
    return query_run(&query);
}

/*
 * The others are told by the event of the first of them. A new form, for
 * whoever has the old one in memory would read his own events wrong: without
 * their form they are none.
 */
static enum status replace_form(struct store *store, store_id form,
                                store_id customer, struct text body,
                                struct err *err)
{
    struct place place = {0};
    struct arena *arena = arena_open(); /* of the form's text */
    struct text now = {0}, differs = {0};
    store_id copy = 0;
    bool found = true;
    enum status status = OK;
    struct query query;

    while (status == OK && found) {
        struct text text;

        arena_reset(store->work);
        status =
            next_event(store, form, customer, &place, &differs, &found, err);
        if (status != OK || !found)
            break;
        text = forms_text(body, differs, store->work);
        if (copy == 0) {
            now = forms_fits(text) ? arena_text(arena, text) : TEXT("");
            status = copy_form(store, form, now, &copy, err);
        }
        if (status == OK)
            status = move_event(store, &place, copy,
                                forms_difference(now, text, store->work), err);
    }
    arena_close(arena);
    if (status != OK)
        return status;
    query = query_open(&store->main, FORM_REMOVE, err);
    query_int(&query, form);
    return query_run(&query);
}

static enum status says_all(struct store *store, store_id form,
                            store_id customer, bool *of_another,
                            struct err *err)
{
    struct query query = query_open(&store->main, FORM_SAYS_ALL, err);

    query_int(&query, customer);
    query_int(&query, form);
    *of_another = query_row(&query);
    return query_close(&query);
}

/* A form says what one event said: if it was of this customer, all that is told
 * by it is told by another one. */
enum status store_lives_free(struct store *store, store_id customer,
                             struct err *err)
{
    struct arena *arena = arena_open();
    store_id form = 0;
    enum status status = OK;
    bool found = true;

    while (status == OK && found) {
        struct query query = query_open(&store->main, FORMS_ALL_SAID, err);
        struct text body = {0};
        bool of_another = true;

        arena_reset(arena);
        query_int(&query, customer);
        query_int(&query, form);
        found = query_row(&query);
        if (found) {
            form = row_int(&query, 0);
            body = row_text(&query, 1, arena);
        }
        status = query_close(&query);
        if (status == OK && found)
            status = says_all(store, form, customer, &of_another, err);
        if (status == OK && !of_another)
            status = replace_form(store, form, customer, body, err);
    }
    arena_close(arena);
    return status;
}

/* --- where the person's key was told in another's life ---------------------*/

/* "7" is in everybody's words. */
enum { WORD_MIN = 6 };

struct saying {
    struct store *store;
    const struct store_key *words; /* in lower case, as keys are */
    size_t words_count;
};

/* What an address or a number may go on with: "lee@example.com" is not told by
 * "ann.lee@example.com". */
static bool goes_on(char c)
{
    unsigned char byte = (unsigned char)c;

    return isalnum(byte) || byte >= 0x80 || (c != '\0' && strchr("_%+-", c));
}

static bool says_word(struct text text, struct text word)
{
    const char *at = text.at, *end = text.at + text.size;

    while ((at = memmem(at, (size_t)(end - at), word.at, word.size)) != NULL) {
        const char *after = at + word.size;
        bool begins = at == text.at || !(goes_on(at[-1]) || at[-1] == '.');
        bool ends = after == end ||
                    !(goes_on(*after) ||
                      (*after == '.' && end - after > 1 && goes_on(after[1])));

        if (begins && ends)
            return true;
        at++;
    }
    return false;
}

static bool says(const struct saying *saying, struct text text)
{
    char *lower = arena_take(saying->store->work, text.size + 1);

    for (size_t i = 0; i < text.size; i++)
        lower[i] = (char)tolower((unsigned char)text.at[i]);
    for (size_t i = 0; i < saying->words_count; i++) {
        struct text word = saying->words[i].value;

        if (word.size >= WORD_MIN &&
            says_word((struct text){lower, text.size}, word))
            return true;
    }
    return false;
}

/* Whole texts are looked at: of what differs from a form a word may be half. */
static enum status find_saying(const struct saying *saying,
                               struct buffer *places, struct err *err)
{
    struct store *store = saying->store;
    struct query query = query_open(&store->main, EVENTS_SAID, err);

    while (query_row(&query)) {
        struct place place = {row_int(&query, 0), row_int(&query, 1)};

        arena_reset(store->work);
        if (says(saying, forms_text(row_view(&query, 2), row_view(&query, 3),
                                    store->work)))
            buffer_add(places, &place, sizeof(place));
    }
    return query_close(&query);
}

static enum status drop_event(struct store *store, const struct place *place,
                              struct err *err)
{
    struct query query = query_open(&store->main, EVENT_DROP, err);

    query_int(&query, place->customer);
    query_int(&query, place->n);
    return query_run(&query);
}

/* Forms that say it though none of the events left does. */
static enum status replace_saying(const struct saying *saying, struct err *err)
{
    struct store *store = saying->store;
    struct arena *arena = arena_open();
    store_id form = 0;
    enum status status = OK;
    bool found = true;

    while (status == OK && found) {
        struct query query = query_open(&store->main, FORM_NEXT, err);
        struct text body = {0};

        arena_reset(arena);
        arena_reset(store->work);
        query_int(&query, form);
        found = query_row(&query);
        if (found) {
            form = row_int(&query, 0);
            body = row_text(&query, 1, arena);
        }
        status = query_close(&query);
        if (status == OK && found && says(saying, body))
            status = replace_form(store, form, 0, body, err);
    }
    arena_close(arena);
    return status;
}

static enum status blank_messages(const struct saying *saying, struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < saying->words_count && status == OK; i++) {
        struct query query;

        if (saying->words[i].value.size < WORD_MIN)
            continue;
        query = query_open(&saying->store->main, FORGET_IN_CHANGES, err);
        query_text(&query, saying->words[i].value);
        status = query_run(&query);
    }
    return status;
}

enum status store_lives_drop(struct store *store, const struct store_key *keys,
                             size_t count, struct err *err)
{
    const struct saying saying = {store, keys, count};
    struct buffer places = {0};
    enum status status = find_saying(&saying, &places, err);

    for (size_t at = 0; at < places.size && status == OK;
         at += sizeof(struct place)) {
        struct place place;

        memcpy(&place, places.at + at, sizeof(place));
        status = drop_event(store, &place, err);
    }
    buffer_free(&places);
    if (status == OK)
        status = replace_saying(&saying, err);
    return status == OK ? blank_messages(&saying, err) : status;
}
