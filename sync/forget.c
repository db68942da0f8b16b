/* forget.c - see forget.h. */
#include "sync/forget.h"

#include "state/history.h"
#include "sync/identity.h"
#include "sync/mirror.h"

#include <string.h>

static enum status too_many(const char *what, struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "too_many",
                "the customer has more %s than can be told apart", what);
}

/* --- what is the person's -------------------------------------------------*/

static bool of_source(int kind)
{
    return kind == KEY_REFERENCE_ID || kind == KEY_CONTENT;
}

static enum status add_key(struct forget *forget, int kind, store_id source,
                           struct text value, struct err *err)
{
    struct store_key key = {kind, of_source(kind) ? source : 0, value};

    for (size_t i = 0; i < forget->keys_count; i++)
        if (forget->keys[i].kind == key.kind &&
            forget->keys[i].source == key.source &&
            text_equal(forget->keys[i].value, value))
            return OK;
    if (forget->keys_count == FORGET_KEYS_MAX)
        return too_many("keys", err);
    forget->keys[forget->keys_count++] = key;
    return OK;
}

/* The keys of what a source said, or a provider showed. */
static enum status add_values(struct forget *forget, struct text packed,
                              struct err *err)
{
    struct customer *customer;
    enum status status = OK;

    if (packed.size == 0)
        return OK;
    status = customer_unpack(packed, forget->who.arena, &customer, err);
    for (int kind = 0; kind < KEY_COUNT && status == OK; kind++) {
        struct text value =
            customer_key(customer, (enum key)kind, forget->who.arena);

        if (value.size > 0 && !of_source(kind))
            status = add_key(forget, kind, 0, value, err);
    }
    return status;
}

/* A record's number is a reference id where its account is a source. */
static enum status add_record(struct forget *forget,
                              const struct record_named *record,
                              struct err *err)
{
    store_id source;
    enum status status;

    for (size_t i = 0; i < forget->records_count; i++)
        if (forget->records[i].account == record->account &&
            text_equal(forget->records[i].remote_id, record->remote_id))
            return OK;
    if (forget->records_count == FORGET_RECORDS_MAX)
        return too_many("records", err);
    forget->records[forget->records_count++] = *record;
    status = mirror_source(forget->who.store, record->account, &source, err);
    if (status == OK)
        status =
            add_key(forget, KEY_REFERENCE_ID, source, record->remote_id, err);
    return status == OK ? add_values(forget, record->values, err) : status;
}

static enum status add_link(struct forget *forget, const struct link *link,
                            struct err *err)
{
    enum { SOURCES_MAX = 64 };
    struct store *store = forget->who.store;
    struct said said[SOURCES_MAX];
    struct record_seen record;
    size_t count = 0;
    enum status status = store_record(store, link->account, link->remote_id,
                                      forget->who.arena, &record, err);

    if (status == OK)
        status = add_record(forget,
                            &(struct record_named){
                                link->account, link->remote_id, record.values},
                            err);
    if (status == OK)
        status = add_values(forget, link->held, err);
    if (status == OK)
        status = store_link_said(store, link->id, forget->who.arena, said,
                                 SOURCES_MAX, &count, err);
    for (size_t i = 0; i < count && status == OK; i++)
        status = add_values(forget, said[i].values, err);
    return status;
}

static enum status add_links(struct forget *forget, struct err *err)
{
    struct link links[FORGET_LINKS_MAX];
    size_t count = 0;
    enum status status = store_customer_links(
        forget->who.store, forget->customer, forget->who.arena, links,
        FORGET_LINKS_MAX, &count, err);

    for (size_t i = 0; i < count && status == OK; i++)
        status = add_link(forget, &links[i], err);
    return status;
}

/* What may have been sent has to be settled first: else nobody would ever know
 * of a record that it made. */
static enum status add_changes(struct forget *forget, struct err *err)
{
    struct change changes[FORGET_LINKS_MAX];
    size_t count = 0;
    enum status status = store_customer_changes(
        forget->who.store, forget->customer, forget->who.arena, changes,
        FORGET_LINKS_MAX, &count, err);

    for (size_t i = 0; i < count && status == OK; i++) {
        if (changes[i].state != CHANGE_SENDING &&
            changes[i].state != CHANGE_UNKNOWN) {
            status = add_values(forget, changes[i].values, err);
            continue;
        }
        (void)fail(err, STOP, EXIT_TRYLATER, "in_doubt",
                   "a change of the customer was sent, and what became of it "
                   "is not known yet");
        err_hint(err, "the next sync of its account finds out; forget the "
                      "customer then");
        return STOP;
    }
    return status;
}

static enum status add_customer(struct forget *forget, struct err *err)
{
    struct store_key *keys = NULL;
    size_t count = 0;
    enum status status =
        store_customer_keys(forget->who.store, forget->customer,
                            forget->who.arena, &keys, &count, err);

    for (size_t i = 0; i < count && status == OK; i++)
        status =
            add_key(forget, keys[i].kind, keys[i].source, keys[i].value, err);
    if (status == OK)
        status = add_links(forget, err);
    return status == OK ? add_changes(forget, err) : status;
}

/* --- what is somebody else's too ------------------------------------------*/

static bool has_email(const struct forget *forget, struct text email)
{
    bool any = false;

    for (size_t i = 0; i < forget->keys_count; i++) {
        if (forget->keys[i].kind != KEY_EMAIL)
            continue;
        any = true;
        if (text_equal(forget->keys[i].value, email))
            return true;
    }
    return !any;
}

/* Records of nobody that carry the key: the person's, unless their email is
 * another. Then the key belongs to two. */
static enum status claim_records(struct forget *forget,
                                 const struct store_key *key, bool *shared,
                                 struct err *err)
{
    struct record_named records[FORGET_RECORDS_MAX];
    struct arena *arena = forget->who.arena;
    struct customer *customer;
    size_t count;
    enum status status =
        store_records_unlinked(forget->who.store, key->kind, key->value, arena,
                               records, FORGET_RECORDS_MAX, &count, err);

    for (size_t i = 0; i < count && status == OK && !*shared; i++) {
        struct text email;

        status = customer_unpack(records[i].values, arena, &customer, err);
        if (status != OK)
            break;
        email = customer_key(customer, KEY_EMAIL, arena);
        *shared = email.size > 0 && !has_email(forget, email);
    }
    for (size_t i = 0; i < count && status == OK && !*shared; i++)
        status = add_record(forget, &records[i], err);
    return status;
}

static enum status judge_key(struct forget *forget, size_t at, struct err *err)
{
    const struct store_key *key = &forget->keys[at];
    store_id others[2];
    size_t count = 0;
    bool shared = false;
    enum status status = store_nobody_any(forget->who.store, key->kind,
                                          key->value, &shared, err);

    if (status == OK)
        status =
            store_customers_by_key(forget->who.store, key->kind, key->value,
                                   key->source, others, 2, &count, err);
    for (size_t i = 0; i < count && i < 2; i++)
        shared = shared || others[i] != forget->customer;
    if (status == OK && !shared && !of_source(key->kind))
        status = claim_records(forget, key, &shared, err);
    forget->shared[at] = shared;
    return status;
}

/* The strongest first: what they bring is judged in its turn. */
static enum status judge_keys(struct forget *forget, struct err *err)
{
    enum status status = OK;
    bool judged[FORGET_KEYS_MAX] = {false};

    for (int kind = 0; kind <= KEY_CONTENT && status == OK; kind++)
        for (size_t i = 0; i < forget->keys_count && status == OK; i++) {
            if (judged[i] || forget->keys[i].kind > kind)
                continue;
            judged[i] = true;
            status = judge_key(forget, i, err);
        }
    return status;
}

/* --- whoever has no customer ----------------------------------------------*/

static enum status is_marked(const struct forget *forget,
                             const struct asked_key *asked, bool *is,
                             struct err *err)
{
    struct text kind, name, value = asked->value;
    store_id source = asked->source;
    enum status status = OK;

    *is = false;
    if (value.size == 0) {
        value = asked->remote_id;
        status =
            asked->account != 0
                ? mirror_source(forget->who.store, asked->account, &source, err)
                : OK;
    }
    if (status != OK || source != 0 || asked->key != KEY_REFERENCE_ID)
        return status == OK ? forgotten_has(&forget->forgotten, (int)asked->key,
                                            source, value, is, err)
                            : status;
    for (source = 1; status == OK && !*is; source++) {
        status = store_source_about(forget->who.store, source,
                                    forget->who.arena, &kind, &name, err);
        if (status != OK || kind.size == 0)
            break;
        status = forgotten_has(&forget->forgotten, (int)asked->key, source,
                               value, is, err);
    }
    return status;
}

static enum status several(const struct forget *forget, const char *written,
                           struct err *err)
{
    for (size_t i = 1; i < forget->records_count; i++)
        for (size_t j = 0; j < i; j++)
            if (forget->records[i].account == forget->records[j].account) {
                (void)fail(err, STOP, EXIT_DATA, "ambiguous",
                           "%zu records have %s", forget->records_count,
                           written);
                err_hint(err, "say which one with ACCOUNT:=ID; 'custsync find' "
                              "shows them");
                return STOP;
            }
    return OK;
}

static enum status find_records(struct forget *forget, const char *written,
                                struct err *err)
{
    struct store *store = forget->who.store;
    struct record_named records[FORGET_RECORDS_MAX];
    struct record_seen record = {.seen_ms = 0};
    struct asked_key asked;
    size_t count = 0;
    bool marked = false;
    enum status status = who_key(&forget->who, written, &asked, err);

    if (status == OK && asked.account != 0) {
        status = store_record(store, asked.account, asked.remote_id,
                              forget->who.arena, &record, err);
        records[0] = (struct record_named){asked.account, record.remote_id,
                                           record.values};
        count = record.remote_id.size > 0;
    } else if (status == OK && asked.value.size > 0 &&
               !of_source((int)asked.key)) {
        status = store_records_unlinked(store, (int)asked.key, asked.value,
                                        forget->who.arena, records,
                                        FORGET_RECORDS_MAX, &count, err);
    }
    if (status == OK)
        status = is_marked(forget, &asked, &marked, err);
    /* Of a record of somebody forgotten only its number is known. */
    for (size_t i = 0; i < count && status == OK && !marked; i++)
        status = add_record(forget, &records[i], err);
    if (status == OK)
        status = several(forget, written, err);
    forget->known = forget->records_count > 0 ? FORGET_SOMEBODY
                    : marked                  ? FORGET_ALREADY
                                              : FORGET_NOBODY;
    return status;
}

enum status forget_find(struct forget *forget, const char *written,
                        struct err *err)
{
    struct err unknown = {0};
    enum status status =
        forgotten_open(&forget->forgotten, forget->who.store, err);

    if (status != OK)
        return status;
    status = who_find(&forget->who, written, &forget->customer, &unknown);
    if (status == OK) {
        forget->known = FORGET_SOMEBODY;
        status = add_customer(forget, err);
    } else if (strcmp(unknown.code, "unknown_customer") == 0) {
        forget->customer = 0;
        status = find_records(forget, written, err);
    } else {
        *err = unknown;
        return status;
    }
    return status == OK ? judge_keys(forget, err) : status;
}

/* --- its end --------------------------------------------------------------*/

enum status forget_do(const struct forget *forget, struct err *err)
{
    struct store *store = forget->who.store;
    struct arena *arena = forget->who.arena;
    struct store_key *own =
        arena_take(arena, (forget->keys_count + 1) * sizeof(*own));
    struct forgotten_mark *marks =
        arena_take(arena, (forget->keys_count + 1) * sizeof(*marks));
    struct forgetting what = {
        .customer = forget->customer,
        .records = forget->records,
        .records_count = forget->records_count,
        .keys = own,
        .marks = marks,
    };
    enum status status;

    for (size_t i = 0; i < forget->keys_count; i++) {
        const struct store_key *key = &forget->keys[i];

        if (forget->shared[i])
            continue;
        if (!of_source(key->kind))
            own[what.keys_count++] = *key;
        marks[what.marks_count++] = forgotten_mark(
            &forget->forgotten, key->kind, key->source, key->value);
    }
    status = store_begin(store, err);
    if (status != OK)
        return status;
    status = store_forget(store, &what, err);
    if (status == OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}
