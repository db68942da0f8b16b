/*
 * command_link.c - link and unlink: a person says who is who.
 *
 * Works on the store alone, under the account's lock; the provider is not
 * asked. The next plan decides about the customer anew.
 */
#include "sync/command.h"
#include "sync/life.h"
#include "sync/run.h"
#include "sync/who.h"

#include <inttypes.h>
#include <string.h>

struct linking {
    struct options *options;
    struct config *config;
    struct store *store;
    struct arena *arena;
    const struct account *account;
    store_id account_id;
    store_id customer;
};

/* --- what is known of it --------------------------------------------------*/

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
static enum status remove_changes(const struct linking *linking, bool sent_too,
                                  struct err *err)
{
    static const enum change_state planned[] = {CHANGE_PLANNED, CHANGE_REJECTED,
                                                CHANGE_FAILED, CHANGE_PARKED};
    static const enum change_state sent[] = {CHANGE_SENDING, CHANGE_UNKNOWN};
    enum status status = OK;

    for (size_t i = 0; i < 4 && status == OK; i++)
        status = remove_in_state(linking, planned[i], err);
    for (size_t i = 0; i < 2 && status == OK && sent_too; i++)
        status = remove_in_state(linking, sent[i], err);
    return status;
}

/* Its rows are judged anew, whatever source they come from. */
static enum status forget_rows(const struct linking *linking, struct err *err)
{
    struct store_key *keys = NULL;
    size_t count = 0;
    enum status status = store_customer_keys(
        linking->store, linking->customer, linking->arena, &keys, &count, err);

    for (size_t i = 0; i < count && status == OK; i++)
        if (keys[i].source != 0)
            status = store_fingerprints_put(linking->store, keys[i].source,
                                            linking->account_id,
                                            linking->customer, NULL, 0, err);
    return status;
}

/* --- link -----------------------------------------------------------------*/

static enum status put_new(const struct linking *linking, bool wanted,
                           struct err *err)
{
    const char *name = arena_print(linking->arena, "new:%" PRId64 ":%" PRId64,
                                   linking->account_id, linking->customer)
                           .at;

    return store_fact_put(linking->store, name,
                          wanted ? TEXT("1") : (struct text){0}, err);
}

static enum status check_taken(const struct linking *linking,
                               struct text remote_id, struct err *err)
{
    struct link other;
    const char *owner;
    enum status status =
        store_link_by_remote(linking->store, linking->account_id, remote_id,
                             linking->arena, &other, err);

    if (status != OK || other.id == 0 || other.customer == linking->customer)
        return status;
    owner = who_describe(linking->store, other.customer, linking->arena);
    (void)fail(err, STOP, EXIT_DATA, "record_taken",
               "record %.*s belongs to the customer %s", TEXT_ARGS(remote_id),
               owner);
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
        status = fail(
            err, STOP, EXIT_DATA, "not_linked",
            "the customer %s is not linked there",
            who_describe(linking->store, linking->customer, linking->arena));
        err_place(err, "%s", linking->account->name);
    }
    if (status == OK)
        status = put_new(linking, false, err);
    if (status == OK)
        status = forget_rows(linking, err);
    return status;
}

/* A line in the customer's life. */
static enum status note_hand(const struct linking *linking, bool undo,
                             struct err *err)
{
    const char *written = undo ? "" : linking->options->arguments[2];
    bool made = strcmp(written, "new") == 0;
    struct node *body = node_new(linking->arena, NODE_OBJECT);
    struct event event = {
        .customer = linking->customer,
        .account = linking->account_id,
        .kind = EVENT_HAND,
        .at_ms = now_ms(),
    };

    life_add(body, "hand",
             undo   ? TEXT("unlinked")
             : made ? TEXT("to be made anew")
                    : TEXT("linked to"),
             linking->arena);
    if (!made)
        life_add(body, "record", text_of(written), linking->arena);
    event.body = life_json(body, linking->arena);
    return store_event_add(linking->store, &event, err);
}

/* --- the commands ---------------------------------------------------------*/

static enum status tell(const struct linking *linking, bool undo,
                        struct err *err)
{
    const char *const *arguments = linking->options->arguments;
    struct buffer out = {0};
    enum status status;

    if (linking->options->policy.verbosity < 0)
        return OK;
    if (undo)
        buffer_print(&out, "%s is not known at %s any more\n", arguments[0],
                     linking->account->name);
    else if (strcmp(arguments[2], "new") == 0)
        buffer_print(&out, "%s: the next run makes a new record at %s\n",
                     arguments[0], linking->account->name);
    else
        buffer_print(&out, "%s is record %s at %s\n", arguments[0],
                     arguments[2], linking->account->name);
    status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

static enum status work(struct linking *linking, bool undo, struct err *err)
{
    const struct account *account = linking->account;
    bool renamed;
    enum status status =
        store_open(&linking->store, options_state_path(linking->options),
                   STORE_WRITE, err);

    if (status == OK)
        status =
            store_account(linking->store, account->provider->name,
                          account->base_url, account->tenant, account->name,
                          &linking->account_id, &renamed, err);
    if (status == OK)
        status = run_lock(linking->store, account, linking->account_id,
                          linking->options->policy.wait_ms, err);
    if (status == OK)
        status = store_begin(linking->store, err);
    if (status == OK)
        status =
            who_find(&(struct who){.store = linking->store,
                                   .config = linking->config,
                                   .region = linking->account->region,
                                   .source = linking->options->policy.source,
                                   .arena = linking->arena},
                     linking->options->arguments[0], &linking->customer, err);
    if (status == OK)
        status = undo ? undo_link(linking, err) : make_link(linking, err);
    if (status == OK)
        status = note_hand(linking, undo, err);
    if (status == OK)
        status = store_commit(linking->store, err);
    if (status == OK)
        status = tell(linking, undo, err);
    store_close(linking->store);
    return status;
}

static enum status begin(struct options *options, bool undo, struct err *err)
{
    struct linking linking = {.options = options, .arena = options->arena};
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
    .examples = "custsync link reference_id=1001 shop: new\n"
                "custsync link email=ann.lee@example.com shop: 500001",
    .run = command_link_run,
};

const struct command command_unlink = {
    .name = "unlink",
    .arguments = "KEY=VALUE ACCOUNT:",
    .summary = "undo a link",
    .beside = "link",
    .examples = "custsync unlink email=ann.lee@example.com shop:",
    .run = command_unlink_run,
};
