/* forgotten.c - see forgotten.h. */
#include "sync/forgotten.h"

#include <string.h>

#include "sync/crypto.h"
#include "sync/identity.h"
#include "sync/mirror.h"

enum status forgotten_open(struct forgotten *forgotten, struct store *store,
                           struct err *err)
{
    enum status status;

    *forgotten = (struct forgotten){.store = store};
    status = store_any_forgotten(store, &forgotten->any, err);
    return status == OK ? store_salt(store, forgotten->salt, err) : status;
}

struct forgotten_mark forgotten_mark(const struct forgotten *forgotten,
                                     int kind, store_id source,
                                     struct text value)
{
    bool of_source = kind == KEY_REFERENCE_ID || kind == KEY_CONTENT;
    struct forgotten_mark mark;
    struct buffer all = {0};

    _Static_assert((int)MARK_SIZE == (int)SHA256_SIZE, "a mark is a digest");
    buffer_print(&all, "%d:%lld:", kind, of_source ? (long long)source : 0);
    buffer_text(&all, value);
    crypto_hmac_sha256((struct text){(const char *)forgotten->salt, SALT_SIZE},
                       buffer_view(&all), mark.bytes);
    buffer_free(&all);
    return mark;
}

enum status forgotten_has(const struct forgotten *forgotten, int kind,
                          store_id source, struct text value, bool *is,
                          struct err *err)
{
    struct forgotten_mark mark;

    *is = false;
    if (!forgotten->any || value.size == 0)
        return OK;
    mark = forgotten_mark(forgotten, kind, source, value);
    return store_is_forgotten(forgotten->store, &mark, is, err);
}

enum status forgotten_customer(const struct forgotten *forgotten,
                               store_id source, const uint8_t seed[16],
                               const struct customer *customer,
                               struct arena *arena, const char **key,
                               struct err *err)
{
    enum status status = OK;
    bool is = false, keyless = true;

    *key = NULL;
    if (!forgotten->any)
        return OK;
    for (int kind = 0; kind < KEY_COUNT && status == OK && !is; kind++) {
        struct text value = customer_key(customer, (enum key)kind, arena);

        keyless = keyless && value.size == 0;
        status = forgotten_has(forgotten, kind, source, value, &is, err);
        if (is)
            *key = key_name((enum key)kind);
    }
    if (status != OK || is || !keyless)
        return status;
    status = forgotten_has(forgotten, KEY_CONTENT, source,
                           identity_content(seed, customer, arena), &is, err);
    if (is)
        *key = "name and address";
    return status;
}

/* A record's number is its reference id where its account is a source. */
static enum status has_number(const struct forgotten *forgotten,
                              store_id account, struct text remote_id, bool *is,
                              struct err *err)
{
    store_id source;
    enum status status = mirror_source(forgotten->store, account, &source, err);

    return status == OK ? forgotten_has(forgotten, KEY_REFERENCE_ID, source,
                                        remote_id, is, err)
                        : status;
}

static enum status has_key(const struct forgotten *forgotten,
                           const struct customer *customer, struct arena *arena,
                           bool *is, struct err *err)
{
    enum status status = OK;

    for (int kind = 0; kind < KEY_COUNT && status == OK && !*is; kind++)
        if (kind != KEY_REFERENCE_ID)
            status = forgotten_has(
                forgotten, kind, 0,
                customer_key(customer, (enum key)kind, arena), is, err);
    return status;
}

enum status forgotten_shown(struct store *store, store_id account,
                            struct text remote_id,
                            const struct customer *customer,
                            struct arena *arena, bool *is, struct err *err)
{
    struct forgotten forgotten;
    bool any;
    enum status status = store_any_forgotten(store, &any, err);

    *is = false;
    /* Asked of each record that is read: nobody is, in most stores. */
    if (status != OK || !any)
        return status;
    status = forgotten_open(&forgotten, store, err);
    if (status != OK)
        return status;
    status = has_number(&forgotten, account, remote_id, is, err);
    return status == OK && !*is && customer != NULL
               ? has_key(&forgotten, customer, arena, is, err)
               : status;
}

/* It is theirs, whatever somebody has typed into it. */
static enum status is_linked(struct store *store, store_id account,
                             struct text remote_id, struct arena *arena,
                             bool *is, struct err *err)
{
    struct link link = {.id = 0};
    enum status status =
        store_link_by_remote(store, account, remote_id, arena, &link, err);

    *is = link.id != 0;
    return status;
}

enum status forgotten_record(struct store *store, store_id account,
                             struct text remote_id,
                             const struct customer *customer,
                             struct arena *arena, bool *is, struct err *err)
{
    struct forgotten forgotten;
    enum status status =
        forgotten_shown(store, account, remote_id, customer, arena, is, err);
    struct forgotten_mark mark;
    bool linked = false;
    store_id source;

    if (status == OK && *is)
        status = is_linked(store, account, remote_id, arena, &linked, err);
    *is = *is && !linked;
    if (status != OK || !*is)
        return status;
    status = forgotten_open(&forgotten, store, err);
    if (status == OK)
        status = mirror_source(store, account, &source, err);
    if (status != OK)
        return status;
    mark = forgotten_mark(&forgotten, KEY_REFERENCE_ID, source, remote_id);
    return store_forgotten_add(store, &mark, err);
}
