/*
 * check_source.c - reads a source as a sync would, and tells what it saw.
 */
#include "sync/check_source.h"

#include "sync/codes.h"
#include "sync/run.h"
#include "sync/source.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    SHOWN_ROWS = 3,  /* customers printed, to see that columns went right */
    SHOWN_LINES = 5, /* of each code */
    KINDS_MAX = 200, /* codes times two; there are not that many */
};

/* One code, as many times as it came. */
struct kind {
    char code[40];
    char message[200]; /* of the first */
    bool refused;      /* foreseen of the target, not found in the source */
    bool fatal;
    uint64_t count;
    uint64_t lines[SHOWN_LINES];
};

struct checking {
    struct source *source;
    const struct account *target;
    struct arena *arena; /* of one row */
    struct buffer *out;
    struct kind *kinds;
    size_t kinds_count;
    uint64_t rows, good, invalid, skipped, refused;
};

static void count_kind(struct checking *checking, const char *code,
                       const char *message, bool refused, bool fatal,
                       uint64_t line)
{
    struct kind *kind = checking->kinds;
    struct kind *end = kind + checking->kinds_count;

    while (kind < end && (strcmp(kind->code, code) != 0 ||
                          kind->refused != refused || kind->fatal != fatal))
        kind++;
    if (kind == end) {
        if (checking->kinds_count == KINDS_MAX)
            return;
        checking->kinds_count++;
        *kind = (struct kind){.refused = refused, .fatal = fatal};
        (void)snprintf(kind->code, sizeof(kind->code), "%s", code);
        (void)snprintf(kind->message, sizeof(kind->message), "%s", message);
    }
    if (kind->count < SHOWN_LINES)
        kind->lines[kind->count] = line;
    kind->count++;
}

static void count_problems(struct checking *checking,
                           const struct problem *problem, bool refused,
                           uint64_t line)
{
    char message[sizeof(problem->message) + 80];

    for (; problem != NULL; problem = problem->next) {
        /* What is only left out is no refusal. */
        if (refused && !problem->fatal)
            continue;
        (void)snprintf(
            message, sizeof(message), "%s%s%s", field_name(problem->field),
            problem->field != FIELD_NONE ? ": " : "", problem->message);
        count_kind(checking, problem->code, message, refused, problem->fatal,
                   line);
    }
}

static bool has_fatal(const struct customer *customer)
{
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        if (p->fatal)
            return true;
    return false;
}

static void look_at(struct checking *checking, const struct customer *customer,
                    const struct source_row *row)
{
    const struct customer *projected;

    count_problems(checking, customer->problems, false, row->line);
    if (has_fatal(customer)) {
        checking->invalid++;
        return;
    }
    checking->good++;
    if (checking->good <= SHOWN_ROWS) {
        buffer_print(checking->out, "  line %" PRIu64 ": ", row->line);
        customer_write(checking->out, customer, false);
        buffer_byte(checking->out, '\n');
    }
    if (checking->target == NULL)
        return;
    projected = mapping_project(checking->target->provider->mapping, customer,
                                true, checking->arena);
    if (has_fatal(projected))
        checking->refused++;
    count_problems(checking, projected->problems, true, row->line);
}

/* REJECT, END and STOP are source_next's. */
static enum status check_row(struct checking *checking, struct err *err)
{
    struct source_row row;
    struct customer *customer;
    enum status status = source_next(checking->source, &row, err);

    if (status == END || status == STOP || status == RETRY)
        return status;
    checking->rows++;
    if (status == OK)
        status = source_customer(checking->source, row.file, row.raw,
                                 checking->arena, &customer, err);
    if (status == OK) {
        look_at(checking, customer, &row);
    } else if (status == REJECT && strcmp(err->code, "skipped") == 0) {
        checking->skipped++;
    } else if (status == REJECT) {
        checking->invalid++;
        count_kind(checking, err->code, err->message, false, true, row.line);
    } else {
        return status;
    }
    return OK;
}

static enum status check_rows(struct checking *checking, struct err *err)
{
    enum status status = OK;

    buffer_string(checking->out, "the first customers:\n");
    while (status == OK && run_interrupted == 0) {
        arena_reset(checking->arena);
        status = check_row(checking, err);
    }
    return status == END ? OK : status;
}

/* --- what is told ---------------------------------------------------------*/

static void tell_columns(const struct checking *checking, struct reader *reader,
                         bool used)
{
    const char *const *columns = reader_columns(reader);
    const struct mapping *mapping = source_mapping(checking->source);
    bool first = true;

    for (size_t i = 0; columns != NULL && columns[i] != NULL; i++) {
        if (mapping_knows(mapping, text_of(columns[i])) != used)
            continue;
        buffer_print(checking->out, "%s%s",
                     !first ? ", "
                     : used ? "  used: "
                            : "  not used: ",
                     columns[i]);
        first = false;
    }
    if (!first)
        buffer_byte(checking->out, '\n');
}

static void tell_file(const struct checking *checking,
                      const struct endpoint *from, const struct policy *policy,
                      uint32_t file)
{
    struct reader *reader = source_reader(checking->source, file);
    const char *encoding = policy->encoding;
    struct input *input = NULL;
    struct err err;

    if (encoding == NULL)
        encoding = mapping_encoding(source_mapping(checking->source));
    /* Standard input can be read only once. */
    if (strcmp(from->path, "-") != 0 &&
        input_open(&input, from->path, encoding, ENCODING_TOLD, &err) == OK)
        encoding = input_encoding(input);
    buffer_print(
        checking->out, "%s: %s, %s\n", source_file_name(checking->source, file),
        reader_format(reader)->name, encoding != NULL ? encoding : "UTF-8");
    input_close(input);
    tell_columns(checking, reader, true);
    tell_columns(checking, reader, false);
}

static void tell_notes(const struct checking *checking, uint32_t file)
{
    size_t count;
    const struct note *notes =
        reader_notes(source_reader(checking->source, file), &count);

    for (size_t i = 0; i < count; i++)
        buffer_print(checking->out, "%s:%" PRIu64 ": %s [%s]\n",
                     source_file_name(checking->source, file), notes[i].line,
                     notes[i].message, notes[i].code);
}

static void tell_kinds(const struct checking *checking, bool refused,
                       bool fatal, const char *title)
{
    bool first = true;

    for (size_t i = 0; i < checking->kinds_count; i++) {
        const struct kind *kind = &checking->kinds[i];
        uint64_t shown = kind->count < SHOWN_LINES ? kind->count : SHOWN_LINES;
        const char *remedy = code_remedy(kind->code);

        if (kind->refused != refused || kind->fatal != fatal)
            continue;
        if (first)
            buffer_print(checking->out, "%s:\n", title);
        first = false;
        buffer_print(checking->out, "  %s: %" PRIu64 ", line", kind->code,
                     kind->count);
        for (uint64_t k = 0; k < shown; k++)
            buffer_print(checking->out, " %" PRIu64, kind->lines[k]);
        buffer_print(checking->out, "%s: %s\n",
                     kind->count > shown ? " ..." : "", kind->message);
        if (remedy != NULL)
            buffer_print(checking->out, "    %s\n", remedy);
    }
}

static void tell(const struct checking *checking)
{
    struct buffer *out = checking->out;

    for (uint32_t i = 0; i < source_files(checking->source); i++)
        tell_notes(checking, i);
    buffer_print(out,
                 "rows %" PRIu64 ": good %" PRIu64 " invalid %" PRIu64
                 " skipped %" PRIu64 "\n",
                 checking->rows, checking->good, checking->invalid,
                 checking->skipped);
    tell_kinds(checking, false, true, "invalid rows");
    tell_kinds(checking, false, false, "values left out or worth a look");
    if (checking->target == NULL)
        return;
    buffer_print(out, "%s: would refuse %" PRIu64 " of them\n",
                 checking->target->name, checking->refused);
    tell_kinds(checking, true, true, "refused");
}

/* A mapping named by its path is in no folder that was looked through. */
static enum status check_examples(const struct mapping *mapping,
                                  struct err *err)
{
    struct check check = {.file = mapping_file(mapping)};

    mapping_examples(mapping, &check);
    return check_end(&check, err);
}

enum status check_source(const struct ends *ends, const struct config *config,
                         const struct account *target, struct buffer *out,
                         bool *troubled, struct err *err)
{
    struct checking checking = {.target = target, .out = out};
    enum status status =
        source_open(&checking.source, ends->from, ends->from_count,
                    &ends->policy, config, target, err);

    if (status != OK)
        return status;
    checking.arena = arena_open();
    checking.kinds =
        arena_take(config->arena, KINDS_MAX * sizeof(*checking.kinds));
    buffer_print(out, "mapping: %s (%s)\n",
                 mapping_name(source_mapping(checking.source)),
                 source_why(checking.source));
    buffer_print(out, "source name: %s\n", source_name(checking.source));
    for (uint32_t i = 0; i < source_files(checking.source); i++)
        tell_file(&checking, &ends->from[i], &ends->policy, i);
    status = check_examples(source_mapping(checking.source), err);
    if (status == OK)
        status = check_rows(&checking, err);
    if (status == OK)
        tell(&checking);
    *troubled = checking.invalid + checking.refused > 0;
    arena_close(checking.arena);
    source_close(checking.source);
    return status;
}
