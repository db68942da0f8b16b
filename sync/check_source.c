/*
 * check_source.c - reads a source as a sync would, and counts what it sees.
 */
#include "sync/check_own.h"

#include "sync/run.h"

#include <stdio.h>
#include <string.h>

/* --- counting --------------------------------------------------------------*/

struct sighting {
    enum found found;
    size_t target;
    const char *code, *where, *message;
    uint64_t line;
};

static struct kind *kind_of(struct checking *checking,
                            const struct sighting *seen)
{
    struct kind *kind = checking->kinds;
    struct kind *end = kind + checking->kinds_count;

    while (kind < end &&
           (kind->found != seen->found || kind->target != seen->target ||
            strcmp(kind->code, seen->code) != 0 ||
            strncmp(kind->where, seen->where, sizeof(kind->where) - 1) != 0))
        kind++;
    if (kind < end)
        return kind;
    if (checking->kinds_count == KINDS_MAX)
        return NULL;
    checking->kinds_count++;
    *kind = (struct kind){.found = seen->found, .target = seen->target};
    (void)snprintf(kind->code, sizeof(kind->code), "%s", seen->code);
    (void)snprintf(kind->where, sizeof(kind->where), "%s", seen->where);
    (void)snprintf(kind->message, sizeof(kind->message), "%s", seen->message);
    return kind;
}

static void count(struct checking *checking, const struct sighting *seen)
{
    struct kind *kind = kind_of(checking, seen);

    if (kind == NULL)
        return;
    if (kind->count < SHOWN_LINES)
        kind->lines[kind->count] = seen->line;
    kind->count++;
}

static enum found found_of(const struct problem *problem)
{
    if (problem->fatal)
        return FOUND_INVALID;
    return problem->notice ? FOUND_NOTICE : FOUND_WARNING;
}

static const char *place_of(enum field field)
{
    return field == FIELD_NONE ? "" : field_name(field);
}

static void count_problems(struct checking *checking,
                           const struct customer *customer, uint64_t line)
{
    for (const struct problem *problem = customer->problems; problem != NULL;
         problem = problem->next)
        count(checking, &(struct sighting){
                            .found = found_of(problem),
                            .code = problem->code,
                            .where = place_of(problem->field),
                            .message = problem->message,
                            .line = line,
                        });
}

static bool has_fatal(const struct customer *customer)
{
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        if (p->fatal)
            return true;
    return false;
}

/* --- one row ---------------------------------------------------------------*/

static void see_target(struct checking *checking, size_t target,
                       const struct customer *customer, uint64_t line)
{
    struct target *at = &checking->targets[target];
    const struct customer *projected =
        mapping_project(at->mapping, customer, true, checking->row);
    enum field why;
    bool refused = false;

    /* A list of others: no fault of the customer, nor of the source. */
    if (!mapping_wants(at->mapping, customer, &why)) {
        count(checking,
              &(struct sighting){
                  .found = FOUND_REFUSED,
                  .target = target,
                  .code = "not_wanted",
                  .where = place_of(why),
                  .message = arena_print(checking->row, "only %.*s is taken",
                                         TEXT_ARGS(mapping_only(
                                             at->mapping, why, checking->row)))
                                 .at,
                  .line = line,
              });
        return;
    }
    for (const struct problem *problem = projected->problems; problem != NULL;
         problem = problem->next) {
        /* What is only left out is no refusal. */
        if (!problem->fatal)
            continue;
        refused = true;
        count(checking, &(struct sighting){
                            .found = FOUND_REFUSED,
                            .target = target,
                            .code = problem->code,
                            .where = place_of(problem->field),
                            .message = problem->message,
                            .line = line,
                        });
    }
    at->refused += refused;
    at->accepted += !refused;
}

static void see_cells(struct checking *checking, const struct node *object,
                      uint64_t line)
{
    for (const struct node *cell = object->first; cell != NULL;
         cell = cell->next) {
        if (cell->kind == NODE_OBJECT && strcmp(cell->name, NODE_ROW) == 0)
            see_cells(checking, cell, line);
        if (cell->marks & NODE_FORMULA)
            count(checking, &(struct sighting){
                                .found = FOUND_CELL,
                                .code = "formula_cell",
                                .where = cell->name,
                                .message = "=\"...\" around it, taken off",
                                .line = line,
                            });
        if (cell->marks & NODE_GUARDED)
            count(checking, &(struct sighting){
                                .found = FOUND_CELL,
                                .code = "guarded_cell",
                                .where = cell->name,
                                .message = "an apostrophe before it, taken off",
                                .line = line,
                            });
    }
}

static void see_present(struct checking *checking,
                        const struct customer *customer)
{
    size_t had = checking->present_count;

    if (customer->count > had) {
        bool *more = arena_take(checking->arena, customer->count);

        if (had > 0)
            memcpy(more, checking->present, had);
        memset(more + had, 0, customer->count - had);
        checking->present = more;
        checking->present_count = customer->count;
    }
    for (size_t i = 0; i < customer->count; i++)
        checking->present[i] = checking->present[i] ||
                               customer->values[i].presence != VALUE_ABSENT;
}

static void show(struct checking *checking, const struct customer *customer,
                 uint64_t line)
{
    struct buffer json = {0};
    struct shown_row *shown;
    struct err ignored;

    if (checking->shown_count == SHOWN_ROWS)
        return;
    /* The row's memory goes with the row. */
    customer_write(&json, customer, false);
    shown = &checking->shown[checking->shown_count];
    shown->line = line;
    if (customer_parse(&shown->customer,
                       arena_text(checking->arena, buffer_view(&json)),
                       checking->arena, &ignored) == OK)
        checking->shown_count++;
    buffer_free(&json);
}

static void see_customer(struct checking *checking,
                         const struct customer *customer, uint64_t line)
{
    see_present(checking, customer);
    count_problems(checking, customer, line);
    if (has_fatal(customer)) {
        checking->invalid++;
        return;
    }
    checking->good++;
    show(checking, customer, line);
    for (size_t i = 0; i < checking->targets_count; i++)
        see_target(checking, i, customer, line);
}

/* REJECT, END and STOP are source_next's. */
static enum status check_row(struct checking *checking, struct err *err)
{
    struct source_row row;
    struct customer *customer;
    struct node *object;
    enum status status = source_next(checking->source, &row, err);

    if (status == END || status == STOP || status == RETRY)
        return status;
    checking->rows++;
    checking->quoted +=
        row.raw.size > 0 && memchr(row.raw.at, '"', row.raw.size) != NULL;
    if (status == OK)
        status = source_fields(checking->source, row.file, row.raw,
                               checking->row, &object, err);
    if (status == OK) {
        see_cells(checking, object, row.line);
        if (checking->files[row.file].members.max > 0)
            met_members(&checking->files[row.file].members, object, false);
        status = source_read(checking->source, row.file, object, checking->row,
                             &customer, err);
    }
    if (status == OK) {
        see_customer(checking, customer, row.line);
    } else if (status == REJECT && strcmp(err->code, "skipped") == 0) {
        checking->skipped++;
    } else if (status == REJECT) {
        checking->invalid++;
        count(checking, &(struct sighting){
                            .found = FOUND_INVALID,
                            .code = err->code,
                            .where = err->field,
                            .message = err->message,
                            .line = row.line,
                        });
    } else {
        return status;
    }
    return OK;
}

static enum status check_rows(struct checking *checking, struct err *err)
{
    enum status status = OK;

    while (status == OK && run_interrupted == 0) {
        arena_reset(checking->row);
        status = check_row(checking, err);
    }
    checking->ended = status == END;
    return status == END ? OK : status;
}

static void see_notes(struct checking *checking)
{
    for (uint32_t i = 0; i < source_files(checking->source); i++) {
        size_t notes_count;
        const struct note *notes =
            reader_notes(source_reader(checking->source, i), &notes_count);

        for (size_t k = 0; k < notes_count; k++)
            count(checking, &(struct sighting){
                                .found = FOUND_LINE,
                                .code = notes[k].code,
                                .where = "",
                                .message = notes[k].message,
                                .line = notes[k].line,
                            });
    }
}

/* --- targets ---------------------------------------------------------------*/

/* TO, an account or a file. */
static enum status open_target(struct checking *checking,
                               const struct ends *ends,
                               const struct account *account, struct err *err)
{
    struct target *target = arena_take(checking->arena, sizeof(*target));
    enum status status;

    checking->asked = true;
    checking->targets = target;
    if (account != NULL) {
        target->name = account->name;
        target->mapping = account->provider->mapping;
        checking->targets_count = 1;
        return OK;
    }
    status =
        sink_open(&target->file, &ends->to, &ends->policy, true, NULL, err);
    if (status != OK)
        return status;
    target->name = ends->to.written;
    target->mapping = sink_mapping(target->file);
    checking->targets_count = 1;
    return OK;
}

/* Without TO it is foreseen of all that ship. */
static enum status open_targets(struct checking *checking, struct err *err)
{
    const char *const *names = provider_names(checking->arena);
    size_t room = 1;
    enum status status = OK;

    while (names[room - 1] != NULL)
        room++;
    checking->targets =
        arena_take(checking->arena, room * sizeof(*checking->targets));
    for (size_t i = 0; names[i] != NULL && status == OK; i++) {
        struct target *target = &checking->targets[checking->targets_count];

        *target = (struct target){.name = names[i]};
        status = provider_load(&target->own, names[i], err);
        if (status != OK)
            break;
        target->mapping = target->own->mapping;
        checking->targets_count++;
    }
    return status;
}

/* A mapping named by its path is in no folder that was looked through. */
static enum status check_examples(const struct mapping *mapping,
                                  struct err *err)
{
    struct check check = {.file = mapping_file(mapping)};

    mapping_examples(mapping, &check);
    return check_end(&check, err);
}

static enum status read_source(struct checking *checking,
                               const struct ends *ends,
                               const struct account *target, struct err *err)
{
    size_t files = source_files(checking->source);
    enum status status;

    checking->files =
        arena_take(checking->arena, files * sizeof(*checking->files));
    for (uint32_t i = 0; i < files; i++)
        check_file_facts(checking, &ends->from[i], i, &checking->files[i]);
    status = check_examples(source_mapping(checking->source), err);
    if (status == OK)
        status = ends->has_to ? open_target(checking, ends, target, err)
                              : open_targets(checking, err);
    if (status == OK)
        status = check_rows(checking, err);
    for (uint32_t i = 0; i < files; i++)
        check_file_columns(checking, i);
    see_notes(checking);
    return status;
}

enum status check_source(const struct ends *ends, const struct config *config,
                         const struct account *target,
                         struct findings *findings, struct err *err)
{
    struct checking checking = {.policy = &ends->policy};
    enum status status =
        source_open(&checking.source, ends->from, ends->from_count,
                    &ends->policy, config, target, err);

    if (status != OK)
        return status;
    checking.arena = arena_open();
    checking.row = arena_open();
    checking.kinds =
        arena_take(checking.arena, KINDS_MAX * sizeof(*checking.kinds));
    status = read_source(&checking, ends, target, err);
    check_tell_text(&checking, &findings->text);
    check_tell_json(&checking, findings->json, findings->arena);
    if (checking.invalid > 0 || (checking.asked && checking.targets_count > 0 &&
                                 checking.targets[0].refused > 0))
        findings->troubled = true;
    for (size_t i = 0; i < checking.targets_count; i++) {
        provider_close(checking.targets[i].own);
        sink_close(checking.targets[i].file);
    }
    for (size_t i = 0; i < source_files(checking.source); i++)
        met_close(&checking.files[i].members);
    arena_close(checking.row);
    arena_close(checking.arena);
    source_close(checking.source);
    return status;
}
