/*
 * command_link.c - link and unlink: a person says who is who.
 *
 * Works on the store alone, under the account's lock; the provider is not
 * asked. The next plan decides about the customer anew.
 */
#include "sync/command.h"

#include <inttypes.h>
#include <string.h>

/* More customers than that behind one key: it identifies nobody. */
enum { SOME = 4 };

struct linking {
    struct options *options;
    struct config *config;
    struct store *store;
    struct arena *arena;
    const struct account *account;
    store_id account_id;
    store_id customer;
};

/* --- the customer ---------------------------------------------------------*/

static void set_clean(struct customer *customer, enum field field,
                      struct text raw, const struct linking *linking)
{
    struct cleaning cleaning = {
        .regions = { NULL, NULL, linking->account->region,
                     linking->config->region },
    };

    clean_value(field, raw, &cleaning, linking->arena, customer,
                &customer->values[field]);
}

/* "name+phone=Ann,Lee,0491 570 006". */
static bool set_name_phone(struct customer *customer, struct text value,
                           const struct linking *linking)
{
    static const enum field fields[] = { FIELD_FIRST_NAME, FIELD_LAST_NAME,
                                         FIELD_PHONE };

    for (size_t i = 0; i < 3; i++) {
        size_t comma = i < 2 ? text_find(value, ",") : value.size;

        set_clean(customer, fields[i], (struct text){ value.at, comma },
                  linking);
        if (comma == value.size)
            return i == 2;
        value.at += comma + 1;
        value.size -= comma + 1;
    }
    return false;
}

static enum status key_value(const struct linking *linking,
                             const struct setting *pair, enum key *key,
                             struct text *value, struct err *err)
{
    static const enum field fields[] = {
        [KEY_REFERENCE_ID] = FIELD_REFERENCE_ID,
        [KEY_EMAIL] = FIELD_EMAIL,
        [KEY_MOBILE] = FIELD_MOBILE,
    };
    struct customer *customer = customer_new(linking->arena);
    bool good = true;

    if (!key_named(text_of(pair->name), key)) {
        (void)fail(err, STOP, EXIT_USAGE, "usage", "'%s' is no key",
                   pair->name);
        err_hint(err, "keys are reference_id, email, mobile and name+phone "
                      "(FIRST,LAST,PHONE)");
        return STOP;
    }
    if (*key == KEY_NAME_PHONE)
        good = set_name_phone(customer, pair->value, linking);
    else
        set_clean(customer, fields[*key], pair->value, linking);
    *value = good ? customer_key(customer, *key, linking->arena)
                  : (struct text){ 0 };
    if (value->size > 0)
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "usage",
               "'%.*s' cannot be a %s that identifies anybody",
               TEXT_ARGS(pair->value), pair->name);
    if (*key == KEY_NAME_PHONE)
        err_hint(err, "it is written name+phone=FIRST,LAST,PHONE");
    return STOP;
}

/* An account as a source is known by its number, whatever its label. */
static enum status source_id(const struct linking *linking, store_id *source,
                             struct err *err)
{
    const char *name = linking->options->policy.source;
    const struct account *account;
    store_id id;
    bool renamed;
    enum status status;

    *source = 0;
    if (name == NULL)
        return OK;
    account = config_account(linking->config, text_of(name));
    if (account == NULL)
        return store_source(linking->store, "file", name, source, err);
    status = store_account(linking->store, account->provider->name,
                           account->base_url, account->tenant, account->name,
                           &id, &renamed, err);
    if (status == OK)
        status = store_source(
            linking->store, "account",
            arena_print(linking->arena, "%" PRId64, id).at, source, err);
    return status;
}

static enum status find_customer(struct linking *linking,
                                 const char *written, struct err *err)
{
    struct setting pair;
    struct text value;
    enum key key;
    store_id found[SOME], source = 0;
    size_t count = 0;
    enum status status =
        pair_argument(written, linking->arena, &pair, err);

    if (status == OK)
        status = key_value(linking, &pair, &key, &value, err);
    if (status == OK && key == KEY_REFERENCE_ID)
        status = source_id(linking, &source, err);
    if (status == OK)
        status = store_customers_by_key(linking->store, (int)key, value,
                                        source, found, SOME, &count, err);
    if (status != OK)
        return status;
    if (count == 1) {
        linking->customer = found[0];
        return OK;
    }
    if (count == 0) {
        (void)fail(err, STOP, EXIT_DATA, "unknown_customer",
                   "no customer with %s is known", written);
        err_hint(err, "customers become known by a sync or a plan over their "
                      "source");
        return STOP;
    }
    (void)fail(err, STOP, EXIT_DATA, "ambiguous",
               "%zu customers have %s", count, written);
    err_hint(err, key == KEY_REFERENCE_ID && source == 0
                      ? "say whose number it is with --source NAME"
                      : "use a stronger key, reference_id say");
    return STOP;
}

/* --- what is known of it --------------------------------------------------*/

/* "reference_id 17" or the like: how a person would find the customer. */
static const char *describe(const struct linking *linking, store_id customer)
{
    struct store_key *keys = NULL;
    size_t count = 0;
    struct err err;

    if (store_customer_keys(linking->store, customer, linking->arena, &keys,
                            &count, &err) != OK || count == 0)
        return "that has no key";
    for (size_t i = 1; i < count; i++)
        if (keys[i].kind < keys[0].kind)
            keys[0] = keys[i];
    return arena_print(linking->arena, "with %s %.*s",
                       key_name((enum key)keys[0].kind),
                       TEXT_ARGS(keys[0].value)).at;
}

/* Those of a batch that are the customer's. */
static enum status remove_some(const struct linking *linking,
                               const struct change *changes, size_t count,
                               struct err *err)
{
    enum status status = OK;

    for (size_t i = 0; i < count && status == OK; i++)
        if (changes[i].customer == linking->customer)
            status = store_change_remove(linking->store, changes[i].id, err);
    return status;
}

static enum status remove_in_state(const struct linking *linking,
                                   enum change_state state, struct err *err)
{
    enum { BATCH = 100 };
    struct change changes[BATCH];
    struct arena *texts = arena_open();
    store_id after = 0;
    size_t count = BATCH;
    enum status status = OK;

    while (status == OK && count == BATCH) {
        arena_reset(texts);
        status = store_changes(linking->store, linking->account_id, 0, state,
                               after, texts, changes, BATCH, &count, err);
        if (status == OK && count > 0) {
            after = changes[count - 1].id;
            status = remove_some(linking, changes, count, err);
        }
    }
    arena_close(texts);
    return status;
}

/*
 * What is not done of the customer at the account goes: the next plan decides
 * anew. A change that may have been sent is settled by saying which record it
 * made; without that, only a run can find out.
 */
static enum status remove_changes(const struct linking *linking,
                                  bool sent_too, struct err *err)
{
    static const enum change_state planned[] = { CHANGE_PLANNED,
                                                 CHANGE_REJECTED,
                                                 CHANGE_FAILED,
                                                 CHANGE_PARKED };
    static const enum change_state sent[] = { CHANGE_SENDING,
                                              CHANGE_UNKNOWN };
    enum status status = OK;

    for (size_t i = 0; i < 4 && status == OK; i++)
        status = remove_in_state(linking, planned[i], err);
    for (size_t i = 0; i < 2 && status == OK && sent_too; i++)
        status = remove_in_state(linking, sent[i], err);
    return status;
}

/* Its rows are judged anew, whatever source they come from. */
static enum status forget_rows(const struct linking *linking,
                               struct err *err)
{
    struct store_key *keys = NULL;
    size_t count = 0;
    enum status status =
        store_customer_keys(linking->store, linking->customer,
                            linking->arena, &keys, &count, err);

    for (size_t i = 0; i < count && status == OK; i++)
        if (keys[i].source != 0)
            status = store_fingerprints_put(
                linking->store, keys[i].source, linking->account_id,
                linking->customer, NULL, NULL, 0, err);
    return status;
}

/* --- link -----------------------------------------------------------------*/

static enum status put_new(const struct linking *linking, bool wanted,
                           struct err *err)
{
    const char *name =
        arena_print(linking->arena, "new:%" PRId64 ":%" PRId64,
                    linking->account_id, linking->customer).at;

    return store_fact_put(linking->store, name,
                          wanted ? TEXT("1") : (struct text){ 0 }, err);
}

static enum status check_taken(const struct linking *linking,
                               struct text remote_id, struct err *err)
{
    struct link other;
    enum status status =
        store_link_by_remote(linking->store, linking->account_id, remote_id,
                             linking->arena, &other, err);

    if (status != OK || other.id == 0 || other.customer == linking->customer)
        return status;
    (void)fail(err, STOP, EXIT_DATA, "record_taken",
               "record %.*s belongs to the customer %s",
               TEXT_ARGS(remote_id), describe(linking, other.customer));
    err_place(err, "%s", linking->account->name);
    err_hint(err, "unlink that one first, if it is wrong");
    return STOP;
}

static enum status put_link(const struct linking *linking,
                            struct text remote_id, struct err *err)
{
    struct link link;
    enum status status = check_taken(linking, remote_id, err);

    if (status == OK)
        status = store_link_of(linking->store, linking->account_id,
                               linking->customer, linking->arena, &link, err);
    if (status != OK)
        return status;
    /* What is known of another record says nothing about this one. */
    if (link.id != 0 && !text_equal(link.remote_id, remote_id)) {
        status = store_link_remove(linking->store, link.id, err);
        link.id = 0;
    }
    if (link.id == 0)
        link = (struct link){
            .account = linking->account_id,
            .customer = linking->customer,
            .remote_id = remote_id,
            .held = TEXT("{}"),
            .moved = TEXT("{}"),
        };
    link.state = LINK_LIVE;
    link.by_hand = true;
    if (status == OK)
        status = store_link_put(linking->store, &link, err);
    return status == REJECT ? STOP : status;
}

static enum status remove_link(const struct linking *linking, bool *was,
                               struct err *err)
{
    struct link link;
    enum status status =
        store_link_of(linking->store, linking->account_id, linking->customer,
                      linking->arena, &link, err);

    *was = status == OK && link.id != 0;
    return *was ? store_link_remove(linking->store, link.id, err) : status;
}

static enum status make_link(const struct linking *linking, struct err *err)
{
    const char *written = linking->options->arguments[2];
    bool make_new = strcmp(written, "new") == 0;
    bool was;
    enum status status = remove_changes(linking, !make_new, err);

    if (status == OK)
        status = make_new ? remove_link(linking, &was, err)
                          : put_link(linking, text_of(written), err);
    if (status == OK)
        status = put_new(linking, make_new, err);
    if (status == OK)
        status = forget_rows(linking, err);
    return status;
}

static enum status undo_link(const struct linking *linking, struct err *err)
{
    bool was = false;
    enum status status = remove_changes(linking, false, err);

    if (status == OK)
        status = remove_link(linking, &was, err);
    if (status == OK && !was) {
        status = fail(err, STOP, EXIT_DATA, "not_linked",
                      "the customer %s is not linked there",
                      describe(linking, linking->customer));
        err_place(err, "%s", linking->account->name);
    }
    if (status == OK)
        status = put_new(linking, false, err);
    if (status == OK)
        status = forget_rows(linking, err);
    return status;
}

/* --- the commands ---------------------------------------------------------*/

static enum status tell(const struct linking *linking, bool undo,
                        struct err *err)
{
    const char *const *arguments = linking->options->arguments;
    struct buffer out = { 0 };
    enum status status;

    if (linking->options->policy.verbosity < 0)
        return OK;
    if (undo)
        buffer_print(&out, "%s is unknown at %s now\n", arguments[0],
                     arguments[1]);
    else if (strcmp(arguments[2], "new") == 0)
        buffer_print(&out, "%s: the next run makes a new record at %s\n",
                     arguments[0], arguments[1]);
    else
        buffer_print(&out, "%s is record %s at %s\n", arguments[0],
                     arguments[2], arguments[1]);
    status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

static enum status work(struct linking *linking, bool undo, struct err *err)
{
    const struct account *account = linking->account;
    bool renamed;
    enum status status = store_open(
        &linking->store, options_state_path(linking->options), STORE_WRITE,
        err);

    if (status == OK)
        status = store_account(linking->store, account->provider->name,
                               account->base_url, account->tenant,
                               account->name, &linking->account_id, &renamed,
                               err);
    if (status == OK)
        status = lock_account(linking->store, linking->account_id, account,
                              linking->options->policy.wait_ms, err);
    if (status == OK)
        status = store_begin(linking->store, err);
    if (status == OK)
        status = find_customer(linking, linking->options->arguments[0], err);
    if (status == OK)
        status = undo ? undo_link(linking, err) : make_link(linking, err);
    if (status == OK)
        status = store_commit(linking->store, err);
    if (status == OK)
        status = tell(linking, undo, err);
    store_close(linking->store);
    return status;
}

static enum status begin(struct options *options, bool undo, struct err *err)
{
    struct linking linking = { .options = options, .arena = options->arena };
    size_t wanted = undo ? 2 : 3;
    enum status status = arguments_between(options, wanted, wanted, err);

    if (status == OK && !undo && options->arguments[2][0] == '\0')
        status = fail(err, STOP, EXIT_USAGE, "usage", "the id is empty");
    if (status == OK)
        status = config_load(&linking.config, options->config_path, err);
    if (status == OK)
        status = account_argument(linking.config, options->arguments[1],
                                  &linking.account, err);
    if (status == OK)
        status = work(&linking, undo, err);
    config_close(linking.config);
    return status;
}

static enum status command_link_run(struct options *options, int *exit,
                                    struct err *err)
{
    (void)exit;
    return begin(options, false, err);
}

static enum status command_unlink_run(struct options *options, int *exit,
                                      struct err *err)
{
    (void)exit;
    return begin(options, true, err);
}

extern const struct command command_link, command_unlink;

const struct command command_link = {
    .name = "link",
    .arguments = "KEY=VALUE ACCOUNT: ID | KEY=VALUE ACCOUNT: new",
    .summary = "settle a conflict by hand; remembered",
    .run = command_link_run,
};

const struct command command_unlink = {
    .name = "unlink",
    .arguments = "KEY=VALUE ACCOUNT:",
    .summary = "undo a link",
    .run = command_unlink_run,
};
