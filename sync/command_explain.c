/*
 * command_explain.c - explain: one customer's life over all runs.
 *
 * Reads the store only: never waits for a run, never asks a provider. This is
 * where people's data is shown, to whoever may read the state file and asks for
 * that very customer.
 */
#include "formats/log.h"
#include "sync/command.h"
#include "sync/explain.h"
#include "sync/who.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static enum status explain_one(struct explaining *e, store_id customer,
                               struct node *list, struct err *err)
{
    struct node *entry = node_add(list, NULL, node_new(e->arena, NODE_OBJECT));
    enum status status;

    json_number(entry, "customer", (uint64_t)customer, e->arena);
    buffer_print(&e->out, "%scustomer %" PRId64 "\n",
                 e->out.size > 0 ? "\n" : "", customer);
    status = explain_now(e, customer, entry, err);
    return status == OK ? explain_life(e, customer, entry, err) : status;
}

static enum status explain_all(struct explaining *e, const char *written,
                               const struct options *options, int *exit,
                               struct err *err)
{
    struct who who = {.store = e->store,
                      .config = e->config,
                      .source = options->policy.source,
                      .arena = e->arena};
    struct node *tree = node_new(e->arena, NODE_OBJECT);
    struct node *list =
        node_add(tree, "customers", node_new(e->arena, NODE_LIST));
    store_id customers[EXPLAIN_MAX];
    size_t count = 0;
    enum status status =
        who_all(&who, written, customers, EXPLAIN_MAX, &count, err);

    for (size_t i = 0; i < count && i < EXPLAIN_MAX && status == OK; i++)
        status = explain_one(e, customers[i], list, err);
    if (status == OK && count > EXPLAIN_MAX)
        buffer_print(&e->out, "\nand others: only the first %d are shown\n",
                     (int)EXPLAIN_MAX);
    if (status != OK)
        return status;
    if (count == 0) {
        *exit = EXIT_SOME;
        log_tell(&(struct log_line){
            .level = LEVEL_ERROR,
            .message =
                arena_print(e->arena, "no customer with %s is known", written)
                    .at,
        });
    }
    return e->json ? print_json(tree, err) : print_out(&e->out, err);
}

static enum status command_explain_run(struct options *options, int *exit,
                                       struct err *err)
{
    const char *path = options_state_path(options);
    struct config *config = NULL;
    struct explaining e = {
        .arena = options->arena,
        .json = options->policy.json,
        .names = names_open(),
    };
    enum status status = arguments_between(options, 1, 1, err);

    if (status == OK)
        status = config_load(&config, options->config_path, err);
    e.config = config;
    if (status == OK) /* before the first run there is none: nobody is known */
        status =
            store_open(&e.store, path,
                       access(path, F_OK) != 0 ? STORE_DRY : STORE_READ, err);
    if (status == OK)
        status = explain_all(&e, options->arguments[0], options, exit, err);
    buffer_free(&e.out);
    store_close(e.store);
    names_close(e.names);
    config_close(config);
    return status;
}

extern const struct command command_explain;

const struct command command_explain = {
    .name = "explain",
    .arguments = "KEY=VALUE",
    .summary = "one customer's life, from source line to request",
    .examples = "custsync explain email=ann.lee@example.com\n"
                "custsync explain shop:=500001",
    .run = command_explain_run,
};
