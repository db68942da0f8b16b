/*
 * plan_seeds.c - what a row's fingerprint begins with: all that decides, beside
 * its bytes, what the row comes to.
 */
#include "mappings/folders.h"
#include "sync/plan.h"
#include "sync/print.h"

/* Whose word counts; and that a customer is linked to the record it is read
 * from. Empty for what knows neither, so that its rows stay known. */
static struct text seed_of_ends(const struct planning *with,
                                struct arena *arena)
{
    const struct policy *policy = with->policy;
    struct buffer out = {0};
    struct text seed;

    if (with->mirror != NULL)
        buffer_string(&out, "\x1elinked");
    for (size_t i = 0; i < policy->owners_count; i++)
        buffer_print(&out, "\x1e%s=%d", field_name(policy->owners[i].field),
                     (int)policy->owners[i].owner);
    seed = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return seed;
}

enum status plan_seeds(struct plan *plan, struct err *err)
{
    const struct planning *with = plan->with;
    const struct policy *policy = with->policy;
    const struct account *account = with->account;
    size_t files = source_files(with->source);
    struct buffer match = {0};
    enum status status = store_seed(with->store, plan->seed, err);

    /* The data files decide as well: they are read before it is asked what
     * they hold. */
    if (status == OK)
        status = clean_open(err);
    if (status != OK)
        return status;
    for (size_t i = 0; i < policy->match_count; i++)
        buffer_print(&match, "%s,", key_name(policy->match[i]));
    plan->file_seeds =
        arena_take(plan->arena, (files + 1) * sizeof(plan->file_seeds[0]));
    for (size_t i = 0; i < files; i++) {
        struct text source =
            source_digest(with->source, (uint32_t)i, plan->work);
        struct text target = mapping_digest(with->target);
        struct text provider =
            account != NULL ? account->provider->digest : TEXT("file");
        struct text context = arena_print(
            plan->work, "%s\x1e%llx\x1e%.*s\x1e%.*s\x1e%.*s\x1e%.*s%d%d%d%.*s",
            CLEAN_VERSION, (unsigned long long)data_digest(), TEXT_ARGS(source),
            TEXT_ARGS(target), TEXT_ARGS(provider),
            TEXT_ARGS(buffer_view(&match)), (int)policy->duplicates,
            (int)policy->blank_clear, (int)policy->mode,
            TEXT_ARGS(seed_of_ends(with, plan->work)));

        plan->file_seeds[i] = print_seed(plan->seed, context);
        arena_reset(plan->work);
    }
    buffer_free(&match);
    return OK;
}
