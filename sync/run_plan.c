/*
 * run_plan.c - a plan that is shown, kept in a file, or carried out from one.
 *
 * A plan from a file is never taken from the file: it is made anew from the
 * same source over the same state, and every change must be, byte for byte, a
 * line of the file. So it can do nothing that a sync would not do now, and
 * nothing that the file does not say.
 */
#include "sync/run_watch.h"

#include <inttypes.h>
#include <stdlib.h>

#include "mappings/folders.h"
#include "state/history.h"
#include "sync/plan_line.h"
#include "sync/plan_text.h"
#include "sync/report_own.h"

/* --- what a plan stands on ------------------------------------------------*/

static void watch_row(void *self, const struct source_row *row)
{
    struct run_watch *watch = self;

    watch->basis.rows++;
    buffer_clear(&watch->line);
    buffer_print(&watch->line, "%" PRIu32 ":%" PRIu64 ":", row->file,
                 row->line);
    buffer_text(&watch->line, row->raw);
    plan_chain(watch->source, buffer_view(&watch->line), &watch->work);
}

static void take_headers(struct run_watch *watch)
{
    struct source *source = watch->run->source;

    for (uint32_t i = 0; i < source_files(source); i++)
        plan_chain(watch->source, reader_digest(source_reader(source, i)),
                   &watch->work);
    watch->basis.source =
        crypto_hex(watch->arena, watch->source, sizeof(watch->source));
}

static void take_mapping(struct run_watch *watch)
{
    const struct run *run = watch->run;
    const struct provider *provider = run->to_account->provider;
    struct text words =
        arena_print(watch->arena, "%s\x1e%llx\x1e%.*s\x1e%.*s\x1e%.*s",
                    CLEAN_VERSION, (unsigned long long)watch->data,
                    TEXT_ARGS(mapping_digest(source_mapping(run->source))),
                    TEXT_ARGS(mapping_digest(provider->mapping)),
                    TEXT_ARGS(provider->digest));

    watch->basis.mapping = crypto_sha256_hex(watch->arena, words);
}

static void print_account(struct buffer *out, const struct account *account)
{
    if (account == NULL)
        return;
    buffer_print(out, "%s\x1e%s\x1e%s\x1e%s\n", account->provider->name,
                 account->base_url, account->tenant,
                 account->region != NULL ? account->region : "");
}

static void take_configuration(struct run_watch *watch)
{
    const struct run *run = watch->run;
    const struct run_request *request = run->request;
    struct buffer words = {0};

    print_account(&words, run->from_account);
    print_account(&words, run->to_account);
    buffer_print(&words, "%s\n%s\n",
                 request->config->region != NULL ? request->config->region : "",
                 request->job != NULL ? request->job : "");
    for (size_t i = 0; i < request->from_count; i++)
        buffer_print(&words, "%s\n", request->from[i].written);
    buffer_print(&words, "%s\n", request->to->written);
    policy_print(run->policy, &words);
    watch->basis.configuration =
        crypto_sha256_hex(watch->arena, buffer_view(&words));
    buffer_free(&words);
}

/* --- sync --plan: is it all as it was? ------------------------------------*/

static enum status moved(const struct run_watch *watch, const char *code,
                         const char *what, struct err *err)
{
    fail(err, STOP, EXIT_DATA, code, "%s", what);
    err_hint(err, "make the plan anew with 'custsync plan --out'");
    err_place(err, "%s", watch->file->path);
    return STOP;
}

const char *watch_begun_fact(const struct run_watch *watch)
{
    return arena_print(watch->arena, FACT_OF_RUN "%.*s",
                       TEXT_ARGS(watch->file->digest))
        .at;
}

static enum status find_begun(struct run_watch *watch, struct err *err)
{
    struct text value;
    uint64_t run = 0;
    enum status status = store_fact(watch->run->store, watch_begun_fact(watch),
                                    watch->arena, &value, err);

    if (status == OK && value.size > 0 && text_to_u64(value, &run))
        watch->begun_by = (store_id)run;
    return status;
}

static enum status same_state(struct run_watch *watch, struct err *err)
{
    struct run *run = watch->run;
    uint64_t times;
    enum status status = store_links_moved(run->store, run->to_id, &times, err);

    if (status != OK || watch->begun_by != 0 ||
        times == watch->file->basis.moved)
        return status;
    return moved(watch, "plan_state_moved",
                 "another run, or a link by hand, has changed what is known of "
                 "the account since the plan was made",
                 err);
}

static enum status watch_scanned(void *self, struct err *err)
{
    struct run_watch *watch = self;

    take_headers(watch);
    take_mapping(watch);
    if (watch->file == NULL)
        return OK;
    if (!text_equal(watch->basis.mapping, watch->file->basis.mapping))
        return moved(watch, "plan_mapping_moved",
                     "a mapping or a provider's file has changed since the "
                     "plan was made",
                     err);
    if (!text_equal(watch->basis.source, watch->file->basis.source))
        return moved(watch, "plan_source_moved",
                     "the source has changed since the plan was made", err);
    return same_state(watch, err);
}

/* --- each change ----------------------------------------------------------*/

static enum status check_change(struct run_watch *watch,
                                const struct plan_told *told, bool *admit,
                                struct err *err)
{
    buffer_clear(&watch->line);
    plan_line(&watch->line, told);
    *admit = key_set_has(watch->file->lines,
                         plan_file_line(buffer_view(&watch->line)));
    watch->changes += *admit;
    /* Of one that was begun, the others go on without. */
    if (*admit || watch->begun_by != 0)
        return OK;
    return moved(watch, "plan_state_moved",
                 "what is known of the customers has changed since the plan "
                 "was made: it would be another plan now",
                 err);
}

static enum status watch_change(void *self, const struct plan_told *told,
                                bool *admit, struct err *err)
{
    struct run_watch *watch = self;
    enum status status = OK;

    if (watch->file != NULL)
        status = check_change(watch, told, admit, err);
    if (status == OK && watch->run->request->text != NULL)
        status = plan_text_add(watch->run->request->text, told, err);
    if (status == OK && watch->out != NULL)
        status = plan_out_add(watch->out, told, err);
    return status;
}

/* A file has the tie of each; of a plan that is shown the first are enough. */
static bool watch_asks(void *self)
{
    const struct run_watch *watch = self;

    return watch->file != NULL || watch->out != NULL ||
           plan_text_shows(watch->run->request->text);
}

static enum status watch_end(void *self, struct err *err)
{
    struct run_watch *watch = self;

    if (watch->file == NULL || watch->begun_by != 0 ||
        watch->changes == watch->file->changes)
        return OK;
    return moved(watch, "plan_state_moved",
                 "some of it has been done, or refused, by another run since "
                 "the plan was made",
                 err);
}

/* --- opening --------------------------------------------------------------*/

static enum status open_out(struct run_watch *watch, struct err *err)
{
    const struct run *run = watch->run;
    const struct options *options = run->request->options;
    struct setting *given =
        arena_take(watch->arena, (options->given_count + 1) * sizeof(*given));
    struct plan_head head = {
        .arguments = options->arguments,
        .arguments_count = options->arguments_count,
        .options = given,
        .job = run->request->job,
        .from = run_from_names(run->request, watch->arena),
        .to = run->request->to->written,
        .run = run->id,
        .made_at = report_time(run->started_ms, watch->arena),
    };

    for (size_t i = 0; i < options->given_count; i++) {
        if (policy_plans(options->given[i].name) ||
            policy_consents(options->given[i].name))
            given[head.options_count++] = options->given[i];
    }
    return plan_out_open(&watch->out, &head, err);
}

static enum status open_file(struct run_watch *watch, struct err *err)
{
    enum status status = plan_file_genuine(watch->file, watch->seed, err);

    if (status == OK && !text_equal(watch->basis.configuration,
                                    watch->file->basis.configuration))
        status = moved(watch, "plan_configuration_moved",
                       "the account, the job or a policy has changed in the "
                       "configuration since the plan was made",
                       err);
    return status == OK ? find_begun(watch, err) : status;
}

enum status run_watch_open(struct run *run, struct err *err)
{
    const struct run_request *request = run->request;
    struct run_watch *watch;
    enum status status;

    if (run->to_account == NULL ||
        (request->text == NULL && request->plan == NULL &&
         run->policy->out == NULL))
        return OK;
    run->watch = watch = calloc(1, sizeof(*watch));
    if (watch == NULL)
        abort();
    watch->run = run;
    watch->arena = arena_open();
    watch->file = request->plan;
    watch->listener = (struct plan_listener){.change = watch_change,
                                             .asks = watch_asks,
                                             .end = watch_end,
                                             .self = watch};
    if (watch->file == NULL && run->policy->out == NULL)
        return OK; /* only shown */
    watch->listener.row = watch_row;
    watch->listener.scanned = watch_scanned;
    take_configuration(watch);
    status = store_seed(run->store, watch->seed, err);
    /* Some data files are read when they are first needed; these are always,
     * and so they are the same ones in every run. */
    if (status == OK)
        status = clean_open(err);
    watch->data = data_digest();
    watch->basis.state = plan_state_name(watch->seed, watch->arena);
    if (status == OK && watch->file != NULL)
        status = open_file(watch, err);
    if (status == OK && run->policy->out != NULL)
        status = open_out(watch, err);
    return status;
}

void run_watch_close(struct run *run)
{
    struct run_watch *watch = run->watch;

    if (watch == NULL)
        return;
    plan_out_close(watch->out);
    key_set_close(watch->proven);
    buffer_free(&watch->line);
    buffer_free(&watch->work);
    arena_close(watch->arena);
    free(watch);
    run->watch = NULL;
}

const struct plan_listener *run_listener(const struct run *run)
{
    return run->watch != NULL ? &run->watch->listener : NULL;
}
