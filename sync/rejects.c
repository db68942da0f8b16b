/* rejects.c - see rejects.h. */
#include "sync/rejects.h"
#include "formats/encoding.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct rejects {
    struct source *source;
    struct writer *writer; /* NULL: nothing is written */
    const struct format *format;
    char delimiter;       /* of a CSV */
    size_t columns;       /* of a CSV, ours among them */
    const char *encoding; /* NULL: UTF-8 */
    struct arena *arena;
};

static const char *const ours[] = {"_line", "_code", "_message", NULL};

enum { OURS = sizeof(ours) / sizeof(ours[0]) - 1 };

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

bool rejects_columns(const char *const *columns)
{
    size_t count = 0;

    while (columns != NULL && columns[count] != NULL)
        count++;
    for (size_t i = 0; i < OURS && count >= OURS; i++) {
        if (strcmp(columns[count - OURS + i], ours[i]) != 0)
            return false;
    }
    return count >= OURS;
}

/* The header: the columns of every file, each once, and our three behind. */
static const char *const *columns_of(struct source *source, struct arena *arena,
                                     size_t *count)
{
    const char **all;
    size_t room = OURS + 1;

    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = reader_columns(source_reader(source, i));

        while (columns != NULL && *columns++ != NULL)
            room++;
    }
    all = arena_take(arena, room * sizeof(*all));
    *count = 0;
    for (uint32_t i = 0; i < source_files(source); i++) {
        const char *const *columns = reader_columns(source_reader(source, i));

        for (; columns != NULL && *columns != NULL; columns++) {
            if (!is_in(all, *count, *columns) && !is_in(ours, OURS, *columns))
                all[(*count)++] = *columns;
        }
    }
    for (size_t i = 0; i < OURS; i++)
        all[(*count)++] = ours[i];
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
    options.delimiter = rejects->delimiter;
    options.columns = columns_of(source, rejects->arena, &rejects->columns);
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
    if (source_files(source) > 0) {
        rejects->format = reader_format(source_reader(source, 0));
        rejects->delimiter = source_delimiter(source, 0);
    }
    options = options_of(rejects, policy);
    status = writer_open(
        &rejects->writer,
        rejects->format == format_named("csv") ? &rejects_csv : rejects->format,
        path, &options, err);
    if (status != OK) {
        rejects_close(rejects);
        *out = NULL;
    }
    return status;
}

/* --- rows that cannot be taken apart ---------------------------------------*/

struct reason {
    struct text line, code, message;
};

static void add_quoted(struct buffer *out, struct text cell)
{
    buffer_byte(out, '"');
    for (size_t i = 0; i < cell.size; i++) {
        if (cell.at[i] == '"')
            buffer_byte(out, '"');
        buffer_byte(out, cell.at[i]);
    }
    buffer_byte(out, '"');
}

/* As far as that can be said of a row that is not well formed. */
static size_t cells_of(struct text raw, char delimiter)
{
    size_t cells = 1;
    bool quoted = false;

    for (size_t i = 0; i < raw.size; i++) {
        if (raw.at[i] == '"')
            quoted = !quoted;
        else if (raw.at[i] == delimiter && !quoted)
            cells++;
    }
    return cells;
}

/* Behind more cells than the header has, so that it is no good row now. */
static struct text csv_as_it_stood(const struct rejects *rejects,
                                   struct text raw, const struct reason *reason,
                                   struct arena *arena)
{
    struct buffer out = {0};
    struct text row;

    buffer_text(&out, raw);
    for (size_t cells = cells_of(raw, rejects->delimiter);
         cells < rejects->columns; cells++)
        buffer_byte(&out, rejects->delimiter);
    buffer_print(&out, "%c%.*s%c%.*s%c", rejects->delimiter,
                 TEXT_ARGS(reason->line), rejects->delimiter,
                 TEXT_ARGS(reason->code), rejects->delimiter);
    add_quoted(&out, reason->message);
    row = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return row;
}

/* Our members before the closing brace; a record that has none stays alone. */
static struct text json_as_it_stood(struct text raw,
                                    const struct reason *reason,
                                    struct arena *arena)
{
    struct text trimmed = text_trim(raw);
    struct node *more = node_new(arena, NODE_OBJECT);
    struct buffer out = {0};
    struct text row;
    size_t inside;

    if (trimmed.size < 2 || trimmed.at[0] != '{' ||
        trimmed.at[trimmed.size - 1] != '}')
        return raw;
    node_add(more, ours[0], node_text(arena, reason->line));
    node_add(more, ours[1], node_text(arena, reason->code));
    node_add(more, ours[2], node_text(arena, reason->message));
    buffer_add(&out, trimmed.at, trimmed.size - 1);
    inside = text_trim((struct text){trimmed.at + 1, trimmed.size - 2}).size;
    if (inside > 0)
        buffer_byte(&out, ',');
    json_write(&out, more);
    /* The brace that opened ours is the one too many. */
    memmove(out.at + trimmed.size - 1 + (inside > 0),
            out.at + trimmed.size + (inside > 0),
            out.size - trimmed.size - (inside > 0));
    out.size--;
    row = arena_text(arena, buffer_view(&out));
    buffer_free(&out);
    return row;
}

/* A node that the writer takes for the row's own bytes; NULL: it has no way. */
static struct node *as_it_stood(const struct rejects *rejects, struct text raw,
                                const struct reason *reason,
                                struct arena *arena)
{
    bool json = rejects->format == format_named("json") ||
                rejects->format == format_named("ndjson");
    struct node *node = node_new(arena, json ? NODE_NUMBER : NODE_TEXT);

    if (json)
        node->text = json_as_it_stood(raw, reason, arena);
    else if (rejects->format == format_named("csv"))
        node->text = csv_as_it_stood(rejects, raw, reason, arena);
    else
        return NULL;
    return node;
}

/* --- rows ------------------------------------------------------------------*/

/* Its further rows stay apart, for they are lines of their own. */
static void take_members(struct node *row, struct node *object,
                         struct node *further)
{
    for (struct node *at = object->first, *next; at != NULL; at = next) {
        next = at->next;
        if (strcmp(at->name, NODE_ROW) == 0)
            node_add(further, NULL, at);
        else if (!is_in(ours, OURS, at->name))
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

static enum status write_row(struct rejects *rejects, struct node *object,
                             const struct reason *reason, struct arena *arena,
                             struct err *err)
{
    struct node *row = node_new(arena, NODE_OBJECT);
    struct node *further = node_new(arena, NODE_LIST);
    enum status status;

    if (object != NULL && object->kind == NODE_OBJECT)
        take_members(row, object, further);
    else if (object != NULL && object->kind == NODE_TEXT)
        node_add(row, "#text", object);
    node_add(row, ours[0], node_text(arena, reason->line));
    node_add(row, ours[1], node_text(arena, reason->code));
    node_add(row, ours[2], node_text(arena, reason->message));
    status = writer_write(rejects->writer, row, err);
    for (const struct node *at = further->first; at != NULL && status == OK;
         at = at->next)
        status = writer_write(rejects->writer, at, err);
    return status;
}

enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err)
{
    struct arena *arena;
    struct node *object = NULL, *whole = NULL;
    struct reason reason;
    struct err ignored;
    enum status status;

    if (rejects->writer == NULL)
        return OK;
    arena = arena_open();
    reason =
        (struct reason){arena_print(arena, "%" PRIu64, line), text_of(code),
                        plain(rejects, text_of(message), arena)};
    status =
        source_fields(rejects->source, file, raw, arena, &object, &ignored);
    if (status != OK || object->kind != NODE_OBJECT)
        whole = as_it_stood(rejects, raw, &reason, arena);
    /* A file that was cut short ends with what looks like a row. */
    else if (strcmp(code, "cut_row") == 0)
        whole = as_it_stood(rejects, raw, &reason, arena);
    if (whole != NULL)
        status = writer_write(rejects->writer, whole, err);
    else
        status = write_row(rejects, status == OK ? object : NULL, &reason,
                           arena, err);
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
