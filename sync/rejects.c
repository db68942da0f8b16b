/* rejects.c - see rejects.h. */
#include "sync/rejects.h"
#include "formats/encoding.h"
#include "formats/reading.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct rejects {
    struct source *source;
    struct writer *writer; /* NULL: nothing is written */
    const struct format *format;
    const char *encoding; /* NULL: UTF-8 */
    struct arena *arena;
};

/* Codes of the readers: the row could not be taken apart. */
static const char *const broken[] = {"bad_encoding", "bad_row", "cut_row",
                                     "stray_quote", "torn_row"};

enum { BROKEN = sizeof(broken) / sizeof(broken[0]) };

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

bool rejects_column(const char *column)
{
    return is_reason_column(text_of(column)) ||
           strcmp(column, REJECTS_ROW) == 0;
}

bool rejects_columns(const char *const *columns)
{
    size_t count = 0;

    while (columns != NULL && columns[count] != NULL)
        count++;
    for (size_t i = 0; i < REASON_COUNT && count >= REASON_COUNT; i++) {
        if (strcmp(columns[count - REASON_COUNT + i], reason_columns[i]) != 0)
            return false;
    }
    return count >= REASON_COUNT;
}

/* The header: the columns of every file, each once, and our three behind. */
static const char *const *columns_of(struct source *source, struct arena *arena)
{
    const char **all;
    size_t room = REASON_COUNT + 1, count = 0;

    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = reader_columns(source_reader(source, i));

        while (columns != NULL && *columns++ != NULL)
            room++;
    }
    all = arena_take(arena, room * sizeof(*all));
    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = reader_columns(source_reader(source, i));

        for (; columns != NULL && *columns != NULL; columns++) {
            if (!is_in(all, count, *columns) &&
                !is_reason_column(text_of(*columns)))
                all[count++] = *columns;
        }
    }
    for (size_t i = 0; i < REASON_COUNT; i++)
        all[count++] = reason_columns[i];
    return all;
}

/* What the same mapping will read. */
static struct writer_options options_of(struct rejects *rejects,
                                        const struct policy *policy)
{
    struct source *source = rejects->source;
    struct reader_options wishes = {0};
    struct writer_options options = {.safe_csv = policy->safe_csv};

    mapping_reader_options(source_mapping(source), &wishes);
    options.records = wishes.records;
    options.rows = wishes.rows;
    if (source_encoding(source) != NULL)
        rejects->encoding = encoding_named(text_of(source_encoding(source)));
    options.encoding = rejects->encoding;
    if (source_files(source) > 0)
        options.delimiter = source_delimiter(source, 0);
    options.columns = columns_of(source, rejects->arena);
    return options;
}

enum status rejects_open(struct rejects **out, const char *path,
                         struct source *source, const struct policy *policy,
                         struct err *err)
{
    struct rejects *rejects = calloc(1, sizeof(*rejects));
    struct writer_options options;
    enum status status;

    if (rejects == NULL)
        abort();
    rejects->source = source;
    rejects->arena = arena_open();
    *out = rejects;
    if (path == NULL)
        return OK;
    rejects->format = format_named("ndjson");
    if (source_files(source) > 0)
        rejects->format = reader_format(source_reader(source, 0));
    options = options_of(rejects, policy);
    status =
        writer_open(&rejects->writer, rejects->format, path, &options, err);
    if (status != OK) {
        rejects_close(rejects);
        *out = NULL;
    }
    return status;
}

/* --- rows ------------------------------------------------------------------*/

static bool is_json(const struct format *format)
{
    return format == format_named("json") || format == format_named("ndjson");
}

/* Its further rows stay apart, for they are lines of their own. */
static void take_members(struct node *row, struct node *object,
                         struct node *further)
{
    for (struct node *at = object->first, *next; at != NULL; at = next) {
        next = at->next;
        if (further != NULL && at->kind == NODE_OBJECT &&
            strcmp(at->name, NODE_ROW) == 0)
            node_add(further, NULL, at);
        else if (!is_reason_column(text_of(at->name)))
            node_add(row, at->name, at);
    }
}

/* What the file's encoding and format have; a message is not data. */
static struct text plain(const struct rejects *rejects, struct text message,
                         struct arena *arena)
{
    bool has = encoding_has(rejects->encoding, message);
    char *at = arena_string(arena, message);

    for (size_t i = 0; i < message.size; i++) {
        unsigned char byte = (unsigned char)at[i];

        if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !has))
            at[i] = '?';
    }
    return (struct text){at, message.size};
}

struct reason {
    struct text line, code, message;
};

static struct node *add_ours(struct node *row, const struct reason *reason,
                             struct arena *arena)
{
    node_add(row, reason_columns[REASON_LINE], node_text(arena, reason->line));
    node_add(row, reason_columns[REASON_CODE], node_text(arena, reason->code));
    node_add(row, reason_columns[REASON_MESSAGE],
             node_text(arena, reason->message));
    return row;
}

static enum status write_row(struct rejects *rejects, struct node *object,
                             const struct reason *reason, struct arena *arena,
                             struct err *err)
{
    struct node *row = node_new(arena, NODE_OBJECT);
    struct node *further = rejects->format == format_named("csv")
                               ? node_new(arena, NODE_LIST)
                               : NULL;
    enum status status;

    if (object != NULL && object->kind == NODE_OBJECT)
        take_members(row, object, further);
    else if (object != NULL && object->kind == NODE_TEXT)
        node_add(row, "#text", object);
    status = writer_write(rejects->writer, add_ours(row, reason, arena), err);
    for (const struct node *at = further != NULL ? further->first : NULL;
         at != NULL && status == OK; at = at->next)
        status = writer_write(rejects->writer, at, err);
    return status;
}

/* A row that could not be taken apart, as far as it can be told. */
static enum status write_broken(struct rejects *rejects, uint32_t file,
                                struct text raw, const struct reason *reason,
                                struct arena *arena, struct err *err)
{
    struct reader *reader = source_reader(rejects->source, file);
    struct node *object;
    struct err ignored;

    if (is_json(reader_format(reader)) && is_json(rejects->format)) {
        object = node_new(arena, NODE_OBJECT);
        add_ours(object, reason, arena);
        /* What is written digit by digit, is written as it is. */
        object = &(struct node){
            .kind = NODE_NUMBER,
            .text = rejects_json(raw, object, arena),
        };
        return writer_write(rejects->writer, object, err);
    }
    object = reader_salvage(reader, raw, reason->code.at, arena);
    if (object == NULL && source_fields(rejects->source, file, raw, arena,
                                        &object, &ignored) != OK) {
        object = node_new(arena, NODE_OBJECT);
        node_add(object, REJECTS_ROW, node_text(arena, marked(raw, arena)));
    }
    return write_row(rejects, object, reason, arena, err);
}

enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err)
{
    struct arena *arena;
    struct node *object = NULL;
    struct reason reason;
    struct err ignored;
    enum status status;

    if (rejects == NULL || rejects->writer == NULL)
        return OK;
    arena = arena_open();
    reason = (struct reason){
        line > 0 ? arena_print(arena, "%" PRIu64, line) : (struct text){0},
        text_of(code), plain(rejects, text_of(message), arena)};
    if (is_in(broken, BROKEN, code) ||
        source_fields(rejects->source, file, raw, arena, &object, &ignored) !=
            OK)
        status = write_broken(rejects, file, raw, &reason, arena, err);
    else
        status = write_row(rejects, object, &reason, arena, err);
    /* What cannot be written in its own format still has its place told. */
    if (status == REJECT)
        status = write_row(rejects, NULL, &reason, arena, err);
    arena_close(arena);
    return status;
}

enum status rejects_commit(struct rejects *rejects, struct err *err)
{
    return rejects->writer == NULL ? OK : writer_commit(rejects->writer, err);
}

void rejects_close(struct rejects *rejects)
{
    if (rejects == NULL)
        return;
    writer_close(rejects->writer);
    arena_close(rejects->arena);
    free(rejects);
}

/* --- read again ------------------------------------------------------------*/

/* The first text with a mark, or NULL. */
static const struct node *find_mark(const struct node *node)
{
    const struct node *found = NULL;

    if (text_find(node->text, RECORD_MARK) < node->text.size)
        return node;
    for (const struct node *child = node->first; child != NULL && found == NULL;
         child = child->next)
        if (child->name == NULL || !is_reason_column(text_of(child->name)))
            found = find_mark(child);
    return found;
}

enum status rejects_check(const struct node *object, struct err *err)
{
    struct text code = node_member_text(object, reason_columns[REASON_CODE]);
    const struct node *mark;

    for (size_t i = 0; i < BROKEN; i++) {
        if (!text_is(code, broken[i]) ||
            node_member(object, reason_columns[REASON_LINE]) == NULL ||
            node_member(object, reason_columns[REASON_MESSAGE]) == NULL)
            continue;
        mark = node_member(object, REJECTS_ROW);
        if (mark != NULL && text_trim(mark->text).size > 0)
            return fail(err, REJECT, EXIT_DATA, broken[i],
                        "the row was refused before, and still is one value");
        mark = find_mark(object);
        if (mark == NULL)
            return OK;
        (void)fail(err, REJECT, EXIT_DATA, broken[i],
                   "the row was refused before, and " RECORD_MARK
                   " still stands in %s",
                   mark->name != NULL ? mark->name : "it");
        err_hint(err,
                 "put there what is right; if " RECORD_MARK
                 " belongs there, empty %s of the row",
                 reason_columns[REASON_CODE]);
        return REJECT;
    }
    return OK;
}
