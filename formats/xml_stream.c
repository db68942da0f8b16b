/*
 * xml_stream.c - records in a document, as byte ranges.
 *
 * The parser is fed UTF-8 only (declared encodings are converted before) and
 * told to ignore what the declaration says, so its positions are positions in
 * our window: an end tag is reported just behind its `>`, a start tag before
 * its own, and no `<` can stand between that tag's first byte and its last.
 *
 * records: NULL takes every child of the root. A path names the record's
 * element, from the root ("customers/customer") or from below it ("customer");
 * when its first name is the root's, it is meant from the root. "*" is any
 * element.
 *
 * Two things that libxml2 does with each element take the square of what a
 * stranger controls: it compares each attribute with all before it, and looks
 * through the namespaces that are open. Both are counted before it does.
 */
#include "formats/xml.h"

#include "formats/encoding.h"
#include "formats/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 16 * 1024 };

/* --- callbacks ------------------------------------------------------------ */

static uint64_t offset_now(struct xml_stream *stream)
{
    const xmlParserInput *input = stream->self.parser->input;

    if (input->buf != NULL && input->buf->encoder != NULL)
        stream->misplaced = true;
    return (uint64_t)input->consumed + (uint64_t)(input->cur - input->base);
}

/* The offset of the `<` of the start tag that ends here. */
static uint64_t tag_begin(struct xml_stream *stream)
{
    uint64_t now = offset_now(stream);
    const char *at = stream->window.at + stream->window.begin, *found;

    if (now < stream->base ||
        now - stream->base > stream->window.end - stream->window.begin) {
        stream->misplaced = true;
        return stream->base;
    }
    found = memrchr(at, '<', (size_t)(now - stream->base));
    if (found == NULL) {
        stream->misplaced = true;
        return stream->base;
    }
    return stream->base + (uint64_t)(found - at);
}

static uint64_t line_at(struct xml_stream *stream, uint64_t offset)
{
    if (offset > stream->counted && stream->counted >= stream->base) {
        struct text text = {stream->window.at + stream->window.begin +
                                (stream->counted - stream->base),
                            (size_t)(offset - stream->counted)};

        stream->line += count_lines(text);
        stream->counted = offset;
    }
    return stream->line;
}

/* What the first record's children look like, while it is the only one. */
static void look_at_child(struct xml_stream *stream, const char *name)
{
    if (stream->records > 0 || stream->path_count > 0)
        return;
    if (stream->inside == 2)
        stream->children_nested = true;
    if (stream->inside != 1)
        return;
    if (stream->children++ == 0) {
        (void)snprintf(stream->child, sizeof(stream->child), "%s", name);
        stream->children_alike = true;
    } else if (strcmp(stream->child, name) != 0) {
        stream->children_alike = false;
    }
}

static bool names(struct text segment, const char *name)
{
    return text_is(segment, name) || text_is(segment, "*");
}

static bool begins_record(struct xml_stream *stream, const char *name)
{
    size_t depth = stream->depth, i;

    if (stream->path_count == 0)
        return depth == 1;
    if (depth == 0) {
        stream->shift = names(stream->path[0], name) ? 0 : 1;
        if (stream->shift == 1 && stream->path_count == 1)
            stream->parent_seen = true;
    }
    if (depth < stream->shift)
        return false;
    i = depth - stream->shift;
    if (i != stream->matched)
        return false;
    if (!names(stream->path[i], name)) {
        stream->others += i + 1 == stream->path_count;
        return false;
    }
    stream->matched++;
    if (stream->matched + 1 >= stream->path_count)
        stream->parent_seen = true;
    return stream->matched == stream->path_count;
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces_count,
                     const xmlChar **namespaces, int attributes_count,
                     int defaulted, const xmlChar **attributes)
{
    struct xml_stream *stream = user;
    const char *name = (const char *)local;

    (void)prefix;
    (void)uri;
    (void)namespaces_count;
    (void)namespaces;
    (void)attributes_count;
    (void)defaulted;
    (void)attributes;
    if (stream->depth >= XML_DEPTH_MAX)
        xml_refuse(&stream->self, REFUSED_DEPTH);
    if (stream->self.parser->nsNr > 2 * XML_NAMESPACES_MAX)
        xml_refuse(&stream->self, REFUSED_NAMESPACES);
    if (stream->inside > 0) {
        look_at_child(stream, name);
        stream->inside++;
    } else if (begins_record(stream, name)) {
        stream->inside = 1;
        stream->begin = tag_begin(stream);
        stream->begin_line = line_at(stream, stream->begin);
    }
    stream->depth++;
}

static void add_span(struct xml_stream *stream, uint64_t end)
{
    if (stream->found_count == stream->found_room) {
        stream->found_room =
            stream->found_room > 0 ? stream->found_room * 2 : 64;
        stream->found =
            realloc(stream->found, stream->found_room * sizeof(*stream->found));
        if (stream->found == NULL)
            abort();
    }
    stream->found[stream->found_count++] =
        (struct xml_span){stream->begin, end, stream->begin_line};
}

static void on_end(void *user, const xmlChar *local, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct xml_stream *stream = user;

    (void)local;
    (void)prefix;
    (void)uri;
    stream->depth--;
    if (stream->inside > 0 && --stream->inside == 0) {
        add_span(stream, offset_now(stream));
        stream->records++;
    }
    if (stream->inside == 0 && stream->depth >= stream->shift &&
        stream->depth - stream->shift < stream->matched)
        stream->matched = stream->depth - stream->shift;
}

/* Text side by side with records belongs to none of them. */
static void on_text(void *user, const xmlChar *at, int size)
{
    struct xml_stream *stream = user;
    struct text text = {(const char *)at, (size_t)size}, trimmed;
    int lines;
    size_t list =
        stream->path_count > 0 ? stream->shift + stream->path_count - 1 : 1;

    if (stream->inside > 0 || stream->depth != list ||
        (stream->path_count > 0 && stream->matched + 1 != stream->path_count))
        return;
    trimmed = text_trim(text);
    if (trimmed.size == 0)
        return;
    /* The parser stands behind it; the place is where it begins. Counted
     * first, for a parser that is stopped frees what it had read. */
    text.size -= (size_t)(trimmed.at - text.at);
    text.at = trimmed.at;
    lines = (int)count_lines(text);
    xml_refuse(&stream->self, REFUSED_TEXT);
    stream->trouble.line -= lines;
}

static const xmlSAXHandler handler = {.startElementNs = on_start,
                                      .endElementNs = on_end,
                                      .characters = on_text,
                                      .cdataBlock = on_text,
                                      .ignorableWhitespace = on_text};

/* --- reading -------------------------------------------------------------- */

static bool is_wide(struct text name)
{
    static const char *const families[] = {"utf-16", "utf-32", "ucs-2", "ucs-4",
                                           "iso-10646-ucs"};

    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        size_t size = strlen(families[i]);

        if (name.size >= size &&
            text_is_nocase((struct text){name.at, size}, families[i]))
            return true;
    }
    return false;
}

/* What the XML declaration says, as our input must be told. */
static enum status find_encoding(struct xml_stream *stream, struct input *input,
                                 struct err *err)
{
    enum status status = window_fill(&stream->window, err);
    char *found;

    if (status == END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (status != OK || input_encoding_known(input) ||
        encoding_is_wide(input_encoding(input)))
        return status;
    found = xml_declared_encoding(window_view(&stream->window));
    if (found != NULL && is_wide(text_of(found))) {
        /* The declaration itself was read a byte a letter. */
        status = fail(err, STOP, EXIT_DATA, "bad_encoding",
                      "the XML declaration says %.40s, but the bytes are not: "
                      "a letter takes one byte",
                      found);
        err_hint(err, "say what it is, such as --encoding utf-8");
    } else if (found != NULL) {
        status = input_declare(input, found, err);
    }
    free(found);
    return status;
}

enum status xml_stream_open(struct xml_stream *stream, struct input *input,
                            const char *records, struct err *err)
{
    struct text left = text_of(records);

    *stream = (struct xml_stream){.window.input = input};
    while (left.size > 0) {
        size_t size = text_find(left, "/");

        if (size > 0 && stream->path_count == XML_PATH_MAX)
            return fail(err, STOP, EXIT_CONFIG, "bad_path",
                        "\"%s\" is not a path to records", records);
        if (size > 0)
            stream->path[stream->path_count++] = (struct text){left.at, size};
        size += size < left.size;
        left.at += size;
        left.size -= size;
    }
    return find_encoding(stream, input, err);
}

void xml_stream_close(struct xml_stream *stream)
{
    xml_parser_close(stream->self.parser);
    window_free(&stream->window);
    free(stream->found);
}

enum status xml_stream_rewind(struct xml_stream *stream, struct err *err)
{
    struct xml_stream fresh = {.window = stream->window,
                               .line = 1,
                               .path_count = stream->path_count,
                               .found = stream->found,
                               .found_room = stream->found_room};

    memcpy(fresh.path, stream->path, sizeof(fresh.path));
    xml_parser_close(stream->self.parser);
    *stream = fresh;
    stream->self.trouble = &stream->trouble;
    (void)xml_parser_open(&handler, &stream->self);
    return window_rewind(&stream->window, err);
}

/*
 * A start tag is not read before it is whole. Its attributes are the `=` that
 * stand outside of quotes.
 */
static size_t count_attributes(struct text tag)
{
    const char *at = tag.at, *end = at + tag.size;
    size_t count = 0;

    for (; at < end && *at != '>'; at++) {
        if (*at == '"' || *at == '\'') {
            at = memchr(at + 1, *at, (size_t)(end - at - 1));
            if (at == NULL)
                break;
        }
        count += *at == '=';
    }
    return count;
}

/* What the parser waits to see the end of, once it is longer than a piece. */
static void look_at_pending(struct xml_stream *stream)
{
    static const char doctype[] = "<!DOCTYPE";
    uint64_t from = offset_now(stream);
    struct text pending;

    if (from < stream->base || stream->fed < from + PIECE)
        return;
    pending.at =
        stream->window.at + stream->window.begin + (from - stream->base);
    pending.size = (size_t)(stream->fed - from);
    if (text_starts(pending, doctype))
        xml_refuse(&stream->self, REFUSED_DOCTYPE);
    else if (pending.at[0] == '<' && pending.at[1] != '!' &&
             pending.at[1] != '?' && count_attributes(pending) > COLUMNS_MAX)
        xml_refuse(&stream->self, REFUSED_ATTRIBUTES);
}

/* Feeds the parser one piece more. */
static enum status feed(struct xml_stream *stream, struct err *err)
{
    struct window *window = &stream->window;
    /* An open record is kept whole; a tag that is cut by the piece's end must
     * keep its first byte, and what the parser has not consumed holds it. */
    uint64_t keep = stream->inside > 0 ? stream->begin : offset_now(stream);
    enum status status;
    struct text view;
    size_t size;

    keep = keep < stream->base ? stream->base : keep;
    keep = keep > stream->fed ? stream->fed : keep;
    (void)line_at(stream, keep);
    window->begin += (size_t)(keep - stream->base);
    stream->base = keep;
    stream->found_count = stream->found_next = 0;
    view = window_view(window);
    if (stream->fed - stream->base == view.size) {
        status = window_fill(window, err);
        if (status == STOP) {
            err_place(err, "%s:%llu", input_name(window->input),
                      (unsigned long long)line_at(stream, stream->counted));
            if (stream->path_count == 0 && strcmp(err->code, "too_large") == 0)
                err_hint(err, "say in the mapping where the records are "
                              "(records:)");
            return STOP;
        }
        view = window_view(window);
    }
    size = view.size - (size_t)(stream->fed - stream->base);
    size = size < PIECE ? size : PIECE;
    stream->fed += size;
    stream->ended = size == 0;
    (void)xmlParseChunk(stream->self.parser,
                        view.at + (stream->fed - size - stream->base),
                        (int)size, stream->ended);
    look_at_pending(stream);
    return xml_check(stream, err);
}

enum status xml_stream_next(struct xml_stream *stream, struct record *record,
                            struct err *err)
{
    const struct xml_span *span;

    while (stream->found_next == stream->found_count) {
        enum status status;

        if (stream->ended)
            return xml_check_records(stream, err);
        status = feed(stream, err);
        if (status != OK)
            return status;
    }
    span = &stream->found[stream->found_next++];
    record->line = span->line;
    record->place = span->begin;
    record->raw.at =
        stream->window.at + stream->window.begin + (span->begin - stream->base);
    record->raw.size = (size_t)(span->end - span->begin);
    return xml_check_record(stream, record, err);
}
