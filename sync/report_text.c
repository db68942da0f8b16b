/*
 * report_text.c - the summary for people, on standard output.
 */
#include "sync/report_own.h"

#include "sync/codes.h"

#include <inttypes.h>
#include <string.h>

/* More than a screenful is what --report and --rejects are for. */
enum { PROBLEMS_SHOWN = 20 };

struct text report_duration(uint64_t ms, struct arena *arena)
{
    uint64_t seconds = (ms + 999) / 1000;

    if (ms < 1000)
        return arena_print(arena, "%" PRIu64 " ms", ms);
    if (seconds < 90)
        return arena_print(arena, "%" PRIu64 " s", seconds);
    if (seconds < 90 * 60)
        return arena_print(arena, "about %" PRIu64 " minutes",
                           (seconds + 30) / 60);
    return arena_print(arena, "about %" PRIu64 ".%" PRIu64 " hours",
                       seconds / 3600, seconds % 3600 / 360);
}

static void show_rows(const struct report *report, struct buffer *out)
{
    buffer_print(out, "read %" PRIu64 ":", report->read);
    for (int i = 0; i < ROWS_COLUMNS; i++)
        if (report->rows[i] > 0 || i == ROWS_CREATED || i == ROWS_UPDATED)
            buffer_print(out, " %s %" PRIu64, column_name((enum column)i),
                         report->rows[i]);
    buffer_byte(out, '\n');
}

static void show_requests(const struct report *report, struct buffer *out,
                          struct arena *arena)
{
    const struct client_stats *stats = &report->stats;

    if (stats->total == 0)
        return;
    buffer_print(out, "requests %" PRIu64, stats->total);
    if (stats->retries > 0)
        buffer_print(out, ", of these %" PRIu64 " were repeated",
                     stats->retries);
    if (stats->throttled_ms > 0)
        buffer_print(out, ", waited %s for the provider's limit",
                     report_duration(stats->throttled_ms, arena).at);
    buffer_byte(out, '\n');
}

static const char *absence_in_words(const char *absence)
{
    static const struct {
        const char *name, *words;
    } ways[] = {
        {"none", "nobody has to be looked for"},
        {"list", "the whole list is read once to find who is there already"},
        {"lookup", "each unknown customer is looked up by its keys"},
        {"create", "unknown customers are created first; 'duplicate' means "
                   "found"},
    };

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
        if (strcmp(ways[i].name, absence) == 0)
            return ways[i].words;
    return absence;
}

static void show_strategy(const struct report_strategy *strategy,
                          struct buffer *out, struct arena *arena)
{
    if (strategy->creates + strategy->updates + strategy->deactivations > 0)
        buffer_print(out,
                     "would create %" PRIu64 ", update %" PRIu64
                     ", deactivate %" PRIu64 "\n",
                     strategy->creates, strategy->updates,
                     strategy->deactivations);
    buffer_print(out, "way: %s%s\n", absence_in_words(strategy->absence),
                 strategy->bulk ? "; new ones go in bulk" : "");
    if (strategy->reads > 0)
        buffer_print(out, "reading: about %" PRIu64 " of the requests below\n",
                     strategy->reads);
    if (strategy->requests == 0)
        buffer_string(out, "cost: no request\n");
    else
        buffer_print(out, "cost: about %" PRIu64 " request%s, %s\n",
                     strategy->requests, strategy->requests == 1 ? "" : "s",
                     strategy->time_ms < 1000
                         ? "less than a second at the allowed rate"
                         : report_duration(strategy->time_ms, arena).at);
}

/* Of --two-way each way by itself. */
static void show_plan(const struct report *report, struct buffer *out,
                      struct arena *arena)
{
    for (size_t i = 0; i < report->directions_count; i++) {
        const struct direction *direction = &report->directions[i];

        buffer_print(out, "%s -> %s\n", direction->from, direction->to);
        show_strategy(&direction->strategy, out, arena);
    }
    if (report->directions_count == 0)
        show_strategy(&report->strategy, out, arena);
}

static void show_problem(const struct report_problem *problem,
                         struct buffer *out)
{
    buffer_string(out, "  ");
    if (problem->file[0] != '\0' && problem->line != 0)
        buffer_print(out, "%s:%" PRIu64 ": ", problem->file, problem->line);
    else if (problem->file[0] != '\0')
        buffer_print(out, "%s: ", problem->file);
    buffer_print(out, "%s: ", problem->outcome);
    if (problem->field[0] != '\0')
        buffer_print(out, "%s: ", problem->field);
    buffer_print(out, "%s [%s]\n", problem->message, problem->code);
}

/* Each code's remedy is told once, under the list. */
static void show_codes(const struct report *report, struct buffer *out)
{
    bool first = true;

    for (size_t i = 0; i < report->codes_count; i++) {
        const char *remedy = code_remedy(report->codes[i].code);

        if (remedy == NULL)
            continue;
        if (first)
            buffer_string(out, "what to do:\n");
        first = false;
        buffer_print(out, "  %s (%" PRIu64 "): %s\n", report->codes[i].code,
                     report->codes[i].count, remedy);
    }
}

static void show_problems(const struct report *report, struct buffer *out)
{
    size_t kept = report_kept(report);
    size_t shown = kept < PROBLEMS_SHOWN ? kept : PROBLEMS_SHOWN;

    if (report->problems_count == 0)
        return;
    buffer_string(out, "problems:\n");
    for (size_t i = 0; i < shown; i++)
        show_problem(&report->problems[i], out);
    if (report->problems_count > shown)
        buffer_print(out, "  and %" PRIu64 " more; --report FILE has them\n",
                     report->problems_count - shown);
    show_codes(report, out);
}

void report_text(const struct report *report, bool plan, struct buffer *out)
{
    struct arena *arena = arena_open();

    if (report->run > 0)
        buffer_print(out, "%s %" PRId64, plan ? "plan" : "run", report->run);
    else
        buffer_string(out, plan ? "plan" : "run");
    if (report->job[0] != '\0')
        buffer_print(out, " %s", report->job);
    if (report->to[0] != '\0')
        buffer_print(out, ": %s %s %s\n", report->from,
                     report->directions_count > 0 ? "<->" : "->", report->to);
    else
        buffer_print(out, ": %s\n", report->from);
    show_rows(report, out);
    if (plan)
        show_plan(report, out, arena);
    show_requests(report, out, arena);
    show_problems(report, out);
    arena_close(arena);
}
