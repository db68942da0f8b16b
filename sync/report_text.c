/*
 * report_text.c - the summary for people, on standard output.
 */
#include "sync/report_own.h"
#include "sync/show.h"

#include <inttypes.h>
#include <string.h>

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

/* --- the table ------------------------------------------------------------*/

enum {
    LABEL = 13,          /* the column in which numbers and words begin */
    END_LETTERS = 4096,  /* a path may be that long */
    TIME_TOLD_MS = 10000 /* what took less is not worth a line */
};

struct table {
    struct buffer *out;
    struct arena *arena;
    int digits; /* of its greatest number */
};

static int digits_of(uint64_t number)
{
    int digits = 1;

    for (; number > 9; number /= 10)
        digits++;
    return digits;
}

static void put_number(const struct table *table, const char *label,
                       uint64_t number, const char *note)
{
    buffer_print(table->out, "  %-*s%*" PRIu64 "%s%s\n", LABEL - 2, label,
                 table->digits, number, note[0] != '\0' ? "  " : "", note);
}

static void put_words(const struct table *table, const char *label,
                      const char *words)
{
    buffer_print(table->out, "  %-*s%s\n", LABEL - 2, label, words);
}

/* --- rows -----------------------------------------------------------------*/

/* What a column's name alone does not say. */
static const char *note_of(const struct report *report, bool plan,
                           enum column column, struct arena *arena)
{
    const struct report_strategy *strategy = &report->strategy;

    switch (column) {
    case ROWS_MERGED:
        return "the same customers as other rows";
    case ROWS_SKIPPED:
        return "by the mapping, --mode, --duplicates or forget";
    case ROWS_REJECTED:
        return "the provider said no; 'custsync retry' asks again";
    case ROWS_PENDING:
        if (!plan)
            return "the next run goes on with them";
        return arena_print(arena, "to create %" PRIu64 ", to update %" PRIu64,
                           strategy->creates, strategy->updates)
            .at;
    default:
        return "";
    }
}

static void show_rows(const struct report *report, bool plan,
                      const struct table *table)
{
    put_number(table, "read", report->read, "");
    for (int i = 0; i < ROWS_COLUMNS; i++) {
        enum column column = (enum column)i;
        bool always = !plan && column <= ROWS_UPDATED;

        if (report->rows[i] > 0 || always)
            put_number(table, column_name(column), report->rows[i],
                       note_of(report, plan, column, table->arena));
    }
}

static void show_requests(const struct report *report,
                          const struct table *table)
{
    const struct client_stats *stats = &report->stats;
    struct buffer note = {0};

    if (stats->total == 0)
        return;
    if (stats->retries > 0)
        buffer_print(&note, "%" PRIu64 " repeated", stats->retries);
    if (stats->throttled_ms > 0)
        buffer_print(&note, "%swaited %s for the provider's limit",
                     stats->retries > 0 ? ", " : "",
                     report_duration(stats->throttled_ms, table->arena).at);
    buffer_byte(&note, '\0');
    put_number(table, "requests", stats->total, note.at);
    buffer_free(&note);
}

static void show_time(const struct report *report, const struct table *table)
{
    int64_t took = report->finished_ms - report->started_ms;

    if (report->started_ms > 0 && took >= TIME_TOLD_MS)
        put_words(table, "took",
                  report_duration((uint64_t)took, table->arena).at);
}

/* --- the plan -------------------------------------------------------------*/

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
                          const struct table *table)
{
    struct arena *arena = table->arena;

    if (strategy->deactivations > 0)
        put_number(table, "deactivate", strategy->deactivations, "");
    put_words(table, "way",
              arena_print(arena, "%s%s", absence_in_words(strategy->absence),
                          strategy->bulk ? "; new ones go in bulk" : "")
                  .at);
    if (strategy->requests == 0)
        put_words(table, "cost", "no request");
    else
        put_words(
            table, "cost",
            arena_print(arena, "about %" PRIu64 " request%s, %s",
                        strategy->requests, strategy->requests == 1 ? "" : "s",
                        strategy->time_ms < 1000
                            ? "less than a second at the allowed rate"
                            : report_duration(strategy->time_ms, arena).at)
                .at);
    if (strategy->reads > 0)
        put_words(table, "reading",
                  arena_print(arena, "about %" PRIu64 " of these requests",
                              strategy->reads)
                      .at);
}

static void put_ends(struct buffer *out, const char *from, const char *between,
                     const char *to)
{
    show_safely(out, text_of(from), END_LETTERS);
    if (to[0] == '\0')
        return;
    buffer_string(out, between);
    show_safely(out, text_of(to), END_LETTERS);
}

/* Of --two-way each way by itself. */
static void show_plan(const struct report *report, const struct table *table)
{
    for (size_t i = 0; i < report->directions_count; i++) {
        const struct direction *direction = &report->directions[i];

        put_ends(table->out, direction->from, " -> ", direction->to);
        buffer_byte(table->out, '\n');
        show_strategy(&direction->strategy, table);
    }
    if (report->directions_count == 0)
        show_strategy(&report->strategy, table);
}

static void show_head(const struct report *report, bool plan,
                      struct buffer *out)
{
    buffer_string(out, plan ? "plan" : "run");
    if (report->run > 0)
        buffer_print(out, " %" PRId64, report->run);
    if (report->job[0] != '\0')
        buffer_byte(out, ' ');
    show_safely(out, text_of(report->job), END_LETTERS);
    buffer_string(out, ": ");
    put_ends(out, report->from, report->directions_count > 0 ? " <-> " : " -> ",
             report->to);
    buffer_byte(out, '\n');
}

void report_text(const struct report *report, bool plan, struct buffer *out)
{
    struct table table = {
        .out = out,
        .arena = arena_open(),
        .digits =
            digits_of(report->read > report->stats.total ? report->read
                                                         : report->stats.total),
    };

    show_head(report, plan, out);
    show_rows(report, plan, &table);
    if (plan)
        show_plan(report, &table);
    show_requests(report, &table);
    show_time(report, &table);
    report_groups(report, out);
    arena_close(table.arena);
}
