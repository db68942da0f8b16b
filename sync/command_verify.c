/*
 * command_verify.c - verify: what the provider holds is what we left there.
 */
#include "formats/log.h"
#include "sync/codes.h"
#include "sync/command.h"
#include "sync/progress.h"
#include "sync/show.h"
#include "sync/verify.h"

#include <inttypes.h>
#include <stdio.h>

enum { LETTERS = 200 }; /* of a value on a terminal */

struct verifying {
    struct options *options;
    const struct account *account;
    struct verify verify;
};

/* --- text -----------------------------------------------------------------*/

static void tell_count(struct buffer *out, const char *what, uint64_t count,
                       const char *note)
{
    if (count > 0)
        buffer_print(out, "  %-10s %8" PRIu64 "%s%s\n", what, count,
                     note[0] != '\0' ? "  " : "", note);
}

static void tell_fields(const struct verify *verify, struct buffer *out)
{
    if (verify->differ == 0)
        return;
    buffer_string(out, "what differs:\n");
    for (size_t i = 0; i < field_count(); i++) {
        const struct verify_field *field = &verify->fields[i];

        if (field->count == 0)
            continue;
        buffer_print(out, "  %-20s %8" PRIu64 "  ", field_name((enum field)i),
                     field->count);
        for (size_t j = 0; j < VERIFY_FIRST && j < field->count; j++) {
            buffer_string(out, j > 0 ? ", " : "");
            show_safely(out, text_of(field->first[j]), LETTERS);
        }
        buffer_string(out, field->count > VERIFY_FIRST ? ", ...\n" : "\n");
    }
}

/* -v: each record, as it is held and as it is shown. */
static void tell_records(const struct verify *verify, struct buffer *out)
{
    const struct node *entry = verify->records->first;

    if (entry != NULL)
        buffer_string(out, "records:\n");
    for (; entry != NULL; entry = entry->next) {
        const struct node *before = node_member(entry, "before");
        const struct node *after = node_member(entry, "after");

        buffer_string(out, "  ");
        show_safely(out, node_member_text(entry, "record"), LETTERS);
        buffer_print(out, " [%.*s]\n",
                     TEXT_ARGS(node_member_text(entry, "code")));
        if (before == NULL || after == NULL)
            continue;
        buffer_string(out, "    held:  ");
        show_safely(out, before->text, LETTERS * 4);
        buffer_string(out, "\n    shown: ");
        show_safely(out, after->text, LETTERS * 4);
        buffer_byte(out, '\n');
    }
}

static void tell_remedy(struct buffer *out, const char *code, uint64_t count)
{
    if (count > 0)
        buffer_print(out, "  %s (%" PRIu64 "): %s\n", code, count,
                     code_remedy(code));
}

static void tell_text(const struct verifying *verifying, struct buffer *out)
{
    const struct verify *verify = &verifying->verify;

    buffer_print(out, "%s: read %" PRIu64 " of %" PRIu64 " linked records",
                 verifying->account->name, verify->read, verify->linked);
    if (verify->sample > 0)
        buffer_print(out, ", a sample (--seed %" PRIu64 ")", verify->seed);
    buffer_print(out, "\n  %-10s %8" PRIu64 "\n", "equal", verify->equal);
    tell_count(out, "differ", verify->differ, "");
    tell_count(out, "gone", verify->gone, "");
    tell_count(out, "unsettled", verify->unsettled,
               "written a moment ago: verify again");
    tell_count(out, "twice", verify->twice, "");
    tell_fields(verify, out);
    if (verifying->options->policy.verbosity > 0)
        tell_records(verify, out);
    if (verify->differ + verify->gone + verify->twice == 0)
        return;
    buffer_string(out, "what to do:\n");
    tell_remedy(out, "differs", verify->differ);
    tell_remedy(out, "gone", verify->gone);
    tell_remedy(out, "record_twice", verify->twice);
}

/* --- JSON -----------------------------------------------------------------*/

static struct node *tree_of(const struct verifying *verifying, int exit)
{
    const struct verify *verify = &verifying->verify;
    struct arena *arena = verify->arena;
    struct node *tree = node_new(arena, NODE_OBJECT);
    struct node *fields = node_new(arena, NODE_OBJECT);

    json_text(tree, "account", text_of(verifying->account->name), arena);
    json_number(tree, "linked", verify->linked, arena);
    json_number(tree, "read", verify->read, arena);
    if (verify->sample > 0)
        json_number(tree, "seed", verify->seed, arena);
    json_number(tree, "equal", verify->equal, arena);
    json_number(tree, "differ", verify->differ, arena);
    json_number(tree, "gone", verify->gone, arena);
    json_number(tree, "unsettled", verify->unsettled, arena);
    json_number(tree, "twice", verify->twice, arena);
    for (size_t i = 0; i < field_count(); i++)
        if (verify->fields[i].count > 0)
            json_number(fields, field_name((enum field)i),
                        verify->fields[i].count, arena);
    (void)node_add(tree, "fields", fields);
    (void)node_add(tree, "records", verify->records);
    json_number(tree, "requests", client_stats(verify->client)->total, arena);
    json_number(tree, "exit", (uint64_t)exit, arena);
    return tree;
}

/* The same for those who collect logs. */
static void tell_log(const struct verifying *verifying)
{
    const struct verify *verify = &verifying->verify;
    const struct {
        const char *code;
        uint64_t count;
    } found[] = {
        {"differs", verify->differ},
        {"gone", verify->gone},
        {"record_twice", verify->twice},
    };

    for (size_t i = 0; i < sizeof(found) / sizeof(found[0]); i++)
        if (found[i].count > 0)
            log_tell(&(struct log_line){
                .level = LEVEL_ERROR,
                .place = verifying->account->name,
                .code = found[i].code,
                .message = arena_print(verify->arena,
                                       "%" PRIu64 " of the %" PRIu64
                                       " records that were read back",
                                       found[i].count, verify->read)
                               .at,
                .hint = code_remedy(found[i].code),
            });
}

static enum status tell(struct verifying *verifying, int exit, struct err *err)
{
    const struct policy *policy = &verifying->options->policy;
    struct buffer out = {0};
    enum status status = OK;

    progress_clear();
    if (policy->json)
        return print_json(tree_of(verifying, exit), err);
    if (policy->verbosity < 0 && exit == EXIT_DONE)
        return OK;
    tell_text(verifying, &out);
    /* Quiet is for cron, which mails what went wrong. */
    if (policy->verbosity < 0 && log_is_json())
        tell_log(verifying);
    else if (policy->verbosity < 0)
        (void)fwrite(out.at, 1, out.size, stderr);
    else
        status = print_out(&out, err);
    buffer_free(&out);
    return status;
}

/* --- the command ----------------------------------------------------------*/

static enum status take_number(const struct options *options, const char *name,
                               uint64_t *number, struct err *err)
{
    struct text given = options_given(options, name);

    if (given.at == NULL || text_to_u64(given, number))
        return OK;
    (void)fail(err, STOP, EXIT_USAGE, "bad_value", "'%.*s' is no number",
               TEXT_ARGS(given));
    err_place(err, "--%s", name);
    err_hint(err, "a whole number is wanted, 200 say");
    return STOP;
}

static enum status take_options(struct verifying *verifying, struct err *err)
{
    struct verify *verify = &verifying->verify;
    enum status status = OK;

    verify->seed = (uint64_t)now_ms() % 100000;
    status = take_number(verifying->options, "sample", &verify->sample, err);
    if (status == OK)
        status = take_number(verifying->options, "seed", &verify->seed, err);
    return status;
}

static enum status nothing_linked(const struct verifying *verifying,
                                  struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, "not_linked", "no record there is linked");
    err_place(err, "%s", verifying->account->name);
    err_hint(err, "a sync to the account links them");
    return STOP;
}

static enum status work(struct verifying *verifying, int *exit, struct err *err)
{
    struct verify *verify = &verifying->verify;
    uint64_t deadline_ms = verifying->options->policy.deadline_ms;
    struct err trouble = {0};
    enum status status, went = OK;

    status = store_for_asking(&verify->store, verifying->options,
                              &verifying->account, 1, err);
    if (status == OK)
        status = client_for(&verify->client, verifying->account, verify->store,
                            &verify->account_id, err);
    if (status != OK)
        return status;
    if (deadline_ms > 0)
        client_deadline(verify->client, now_ms() + (int64_t)deadline_ms);
    went = verify_account(verify, &trouble);
    if (went == OK && verify->linked == 0)
        return nothing_linked(verifying, err);
    *exit = verify->differ + verify->gone + verify->twice > 0 ? EXIT_SOME
                                                              : EXIT_DONE;
    /* What was read is told, and then why it was not all. */
    if (went == OK || verify->read > 0)
        status = tell(verifying, went == OK ? *exit : trouble.exit, err);
    if (status == OK && went != OK)
        *err = trouble;
    return status == OK ? went : status;
}

static enum status command_verify_run(struct options *options, int *exit,
                                      struct err *err)
{
    struct config *config = NULL;
    struct verifying verifying = {.options = options,
                                  .verify = {.arena = options->arena}};
    enum status status = arguments_between(options, 1, 1, err);

    if (status == OK)
        status = take_options(&verifying, err);
    if (status == OK)
        status = config_load(&config, options->config_path, err);
    if (status == OK)
        status = account_argument(config, options->arguments[0],
                                  &verifying.account, err);
    progress_quiet(options->policy.verbosity < 0);
    if (status == OK)
        status = work(&verifying, exit, err);
    verify_close(&verifying.verify);
    client_close(verifying.verify.client);
    store_close(verifying.verify.store);
    config_close(config);
    return status;
}

extern const struct command command_verify;

const struct command command_verify = {
    .name = "verify",
    .arguments = "ACCOUNT:",
    .summary = "read the linked records back and compare",
    .examples = "custsync verify shop:\n"
                "custsync verify --sample 200 shop:",
    .run = command_verify_run,
};
