/*
 * who.c - KEY=VALUE in normal form, and whose it is.
 */
#include "sync/who.h"

#include "sync/command.h"
#include "sync/near.h"

#include <inttypes.h>
#include <string.h>

/* More customers than that behind one key: it identifies nobody. */
enum { SOME = 4 };

static void set_clean(struct customer *customer, enum field field,
                      struct text raw, const struct who *who)
{
    struct cleaning cleaning = {
        .regions = {NULL, NULL, who->region, who->config->region},
    };

    clean_value(field, raw, &cleaning, who->arena, customer,
                &customer->values[field]);
}

/* "name+phone=Ann,Lee,0491 570 006". */
static bool set_name_phone(struct customer *customer, struct text value,
                           const struct who *who)
{
    static const enum field fields[] = {FIELD_FIRST_NAME, FIELD_LAST_NAME,
                                        FIELD_PHONE};

    for (size_t i = 0; i < 3; i++) {
        size_t comma = i < 2 ? text_find(value, ",") : value.size;

        set_clean(customer, fields[i], (struct text){value.at, comma}, who);
        if (comma == value.size)
            return i == 2;
        value.at += comma + 1;
        value.size -= comma + 1;
    }
    return false;
}

static enum status key_value(const struct who *who, const struct setting *pair,
                             enum key *key, struct text *value, struct err *err)
{
    static const enum field fields[] = {
        [KEY_REFERENCE_ID] = FIELD_REFERENCE_ID,
        [KEY_EMAIL] = FIELD_EMAIL,
        [KEY_MOBILE] = FIELD_MOBILE,
    };
    struct customer *customer = customer_new(who->arena);
    bool good = true;

    if (!key_named(text_of(pair->name), key)) {
        const char *names[KEY_COUNT + 1] = {NULL};

        for (size_t i = 0; i < KEY_COUNT; i++)
            names[i] = key_name((enum key)i);
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%s' is no key",
                   pair->name);
        near_hint_and(err, pair->name, names,
                      "keys are reference_id, email, mobile and name+phone "
                      "(FIRST,LAST,PHONE); shop:=ID is a record at an "
                      "account");
        return STOP;
    }
    if (*key == KEY_NAME_PHONE)
        good = set_name_phone(customer, pair->value, who);
    else
        set_clean(customer, fields[*key], pair->value, who);
    *value = good ? customer_key(customer, *key, who->arena) : (struct text){0};
    if (value->size > 0)
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage", "%s: nobody is known by '%.*s'",
               pair->name, TEXT_ARGS(pair->value));
    err_hint(err, *key == KEY_NAME_PHONE
                      ? "it is written name+phone=FIRST,LAST,PHONE"
                      : "it is no valid one, or one that stands for none");
    return STOP;
}

/* An account as a source is known by its number, whatever its label. */
static enum status source_id(const struct who *who, store_id *source,
                             struct err *err)
{
    const char *name = who->source;
    const struct account *account;
    store_id id;
    bool renamed;
    enum status status;

    *source = 0;
    if (name == NULL)
        return OK;
    account = config_account(who->config, text_of(name));
    if (account == NULL)
        return store_source(who->store, "file", name, source, err);
    status =
        store_account(who->store, account->provider->name, account->base_url,
                      account->tenant, account->name, &id, &renamed, err);
    if (status == OK)
        status = store_source(who->store, "account",
                              arena_print(who->arena, "%" PRId64, id).at,
                              source, err);
    return status;
}

static bool is_account(const char *name)
{
    return name[0] != '\0' && name[strlen(name) - 1] == ':';
}

/* "shop:=389427" */
static enum status record_asked(const struct who *who,
                                const struct setting *pair,
                                struct asked_key *asked, struct err *err)
{
    const struct account *account;
    bool renamed;
    enum status status =
        account_argument(who->config, pair->name, &account, err);

    asked->remote_id = pair->value;
    return status == OK
               ? store_account(who->store, account->provider->name,
                               account->base_url, account->tenant,
                               account->name, &asked->account, &renamed, err)
               : status;
}

enum status who_key(const struct who *who, const char *written,
                    struct asked_key *asked, struct err *err)
{
    struct setting pair;
    enum status status = pair_argument(written, who->arena, &pair, err);

    *asked = (struct asked_key){.key = KEY_REFERENCE_ID};
    if (status == OK && is_account(pair.name))
        return record_asked(who, &pair, asked, err);
    if (status == OK)
        status = key_value(who, &pair, &asked->key, &asked->value, err);
    return status == OK && asked->key == KEY_REFERENCE_ID
               ? source_id(who, &asked->source, err)
               : status;
}

/* Whose record that is. */
static enum status find_by_record(const struct who *who,
                                  const struct asked_key *asked,
                                  store_id *customer, struct err *err)
{
    struct link link = {.id = 0};
    enum status status = OK;

    if (asked->account != 0)
        status = store_link_by_remote(who->store, asked->account,
                                      asked->remote_id, who->arena, &link, err);
    *customer = link.customer;
    return status;
}

static enum status find_all(const struct who *who, const char *written,
                            store_id *customers, size_t max, size_t *count,
                            bool *sourceless, struct err *err)
{
    struct asked_key asked;
    enum status status = who_key(who, written, &asked, err);
    bool by_id = asked.key == KEY_REFERENCE_ID;

    *count = 0;
    if (status != OK)
        return status;
    if (asked.value.size == 0) {
        status = find_by_record(who, &asked, &customers[0], err);
        *count = customers[0] != 0;
        return status;
    }
    if (by_id && who->source != NULL && asked.source == 0)
        return OK; /* a source that nobody ever heard of */
    *sourceless = by_id && asked.source == 0;
    return store_customers_by_key(who->store, (int)asked.key, asked.value,
                                  asked.source, customers, max, count, err);
}

enum status who_all(const struct who *who, const char *written,
                    store_id *customers, size_t max, size_t *count,
                    struct err *err)
{
    bool sourceless;

    return find_all(who, written, customers, max, count, &sourceless, err);
}

enum status who_find(const struct who *who, const char *written,
                     store_id *customer, struct err *err)
{
    store_id found[SOME];
    bool sourceless = false;
    size_t count = 0;
    enum status status =
        find_all(who, written, found, SOME, &count, &sourceless, err);

    if (status != OK)
        return status;
    if (count == 1) {
        *customer = found[0];
        return OK;
    }
    if (count == 0) {
        (void)fail(err, STOP, EXIT_DATA, "unknown_customer",
                   "no customer with %s is known", written);
        err_hint(err, "customers become known by a sync or a plan over their "
                      "source");
        return STOP;
    }
    (void)fail(err, STOP, EXIT_DATA, "ambiguous", "%zu customers have %s",
               count, written);
    err_hint(err, sourceless ? "say whose number it is with --source NAME; "
                               "'custsync explain' tells them apart"
                             : "use a stronger key, reference_id say; "
                               "'custsync explain' tells them apart");
    return STOP;
}

const char *who_describe(struct store *store, store_id customer,
                         struct arena *arena)
{
    struct store_key *keys = NULL;
    size_t count = 0;
    struct err err;

    if (store_customer_keys(store, customer, arena, &keys, &count, &err) !=
            OK ||
        count == 0)
        return "that has no key";
    for (size_t i = 1; i < count; i++)
        if (keys[i].kind < keys[0].kind)
            keys[0] = keys[i];
    return arena_print(arena, "with %s %.*s", key_name((enum key)keys[0].kind),
                       TEXT_ARGS(keys[0].value))
        .at;
}
