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
 * when its first name is the root's, it is meant from the root.
 */
#include "formats/xml.h"

#include "formats/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 16 * 1024, PROBE = 1024 };

static xmlParserInputPtr refuse_load(const char *url, const char *id,
                                     xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    return NULL;
}

static void on_error(void *user, xmlErrorPtr error)
{
    struct xml_trouble *trouble = ((struct xml_self *)user)->trouble;
    size_t size;

    /* A prefix that nobody declared is no reason to refuse a record: names
     * are compared without it, and a record alone lacks its ancestors. */
    if (trouble->code != 0 || error->level < XML_ERR_FATAL)
        return;
    trouble->code = error->code;
    trouble->line = error->line;
    (void)snprintf(trouble->message, sizeof(trouble->message), "%s",
                   error->message != NULL ? error->message : "");
    size = strcspn(trouble->message, "\n");
    trouble->message[size] = '\0';
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *id,
                       const xmlChar *system)
{
    struct xml_self *self = user;

    (void)name;
    (void)id;
    (void)system;
    self->trouble->doctype = true;
    self->trouble->line = self->parser->input->line;
    xmlStopParser(self->parser);
}

static void on_reference(void *user, const xmlChar *name)
{
    struct xml_self *self = user;

    (void)name;
    self->trouble->entity = true;
    self->trouble->line = self->parser->input->line;
    xmlStopParser(self->parser);
}

xmlParserCtxtPtr xml_parser_open(const xmlSAXHandler *handler,
                                 struct xml_self *self)
{
    xmlSAXHandler sax = *handler;
    xmlParserCtxtPtr parser;

    xmlSetExternalEntityLoader(refuse_load);
    sax.initialized = XML_SAX2_MAGIC;
    sax.serror = on_error;
    sax.internalSubset = on_doctype;
    sax.reference = on_reference;
    parser = xmlCreatePushParserCtxt(&sax, self, NULL, 0, NULL);
    if (parser == NULL)
        abort();
    (void)xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    self->parser = parser;
    return parser;
}

void xml_parser_close(xmlParserCtxtPtr parser)
{
    if (parser == NULL)
        return;
    if (parser->myDoc != NULL)
        xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
}

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

static bool begins_record(struct xml_stream *stream, const char *name)
{
    size_t depth = stream->depth, i;

    if (stream->path_count == 0)
        return depth == 1;
    if (depth == 0) {
        stream->shift = text_is(stream->path[0], name) ? 0 : 1;
        if (stream->shift == 1 && stream->path_count == 1)
            stream->parent_seen = true;
    }
    if (depth < stream->shift)
        return false;
    i = depth - stream->shift;
    if (i != stream->matched)
        return false;
    if (!text_is(stream->path[i], name)) {
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

static const xmlSAXHandler handler = {.startElementNs = on_start,
                                      .endElementNs = on_end};

/* --- reading -------------------------------------------------------------- */

/* What the XML declaration says, as our input must be told. */
static enum status find_encoding(struct xml_stream *stream, struct input *input,
                                 struct err *err)
{
    struct xml_trouble trouble = {0};
    struct xml_self self = {.trouble = &trouble};
    static const xmlSAXHandler nothing;
    enum status status = window_fill(&stream->window, err);
    struct text view = window_view(&stream->window);
    xmlParserCtxtPtr parser;
    const xmlChar *found;

    if (status == END)
        return fail(err, STOP, EXIT_DATA, "empty_file", "the file is empty");
    if (status != OK || input_encoding_known(input))
        return status;
    parser = xml_parser_open(&nothing, &self);
    /* Set anew: this parser shall read what the others shall ignore. */
    parser->options &= ~XML_PARSE_IGNORE_ENC;
    (void)xmlParseChunk(parser, view.at,
                        (int)(view.size < PROBE ? view.size : PROBE), 0);
    found = parser->encoding;
    if (found == NULL && parser->input != NULL)
        found = parser->input->encoding;
    if (found != NULL && !text_is_nocase(text_of((const char *)found), "utf-8"))
        status = input_declare(input, (const char *)found, err);
    xml_parser_close(parser);
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

static enum status stop(struct xml_stream *stream, uint64_t line,
                        const char *code, const char *message, const char *hint,
                        struct err *err)
{
    (void)fail(err, STOP, EXIT_DATA, code, "%s", message);
    if (hint != NULL)
        err_hint(err, "%s", hint);
    err_place(err, "%s:%llu", input_name(stream->window.input),
              (unsigned long long)line);
    return STOP;
}

static enum status check(struct xml_stream *stream, struct err *err)
{
    const struct xml_trouble *trouble = &stream->trouble;
    uint64_t line = trouble->line > 0 ? (uint64_t)trouble->line : 1;

    if (trouble->doctype)
        return stop(stream, line, "doctype", "a DOCTYPE is refused unread",
                    "take the <!DOCTYPE ...> out of the file", err);
    if (trouble->entity || trouble->code == XML_ERR_UNDECLARED_ENTITY)
        return stop(stream, line, "entity",
                    "only the entities amp, lt, gt, quot and apos are known",
                    NULL, err);
    if (trouble->code == XML_ERR_INVALID_ENCODING ||
        trouble->code == XML_ERR_INVALID_CHAR)
        return stop(stream, line, "bad_encoding",
                    "the file holds bytes that are no characters of XML",
                    input_encoding_known(stream->window.input)
                        ? NULL
                        : "if it is not UTF-8, say what it is, such as "
                          "--encoding windows-1252",
                    err);
    if (trouble->code == XML_ERR_DOCUMENT_END && stream->ended)
        return stop(stream, line, "broken_file",
                    "the file ends before its last element does", NULL, err);
    if (trouble->code != 0)
        return stop(stream, line, "broken_file", trouble->message, NULL, err);
    if (stream->misplaced)
        return stop(stream, 1, "bad_encoding",
                    "the file is not UTF-8 and does not say what it is",
                    "say what it is, such as --encoding utf-16le", err);
    if (xmlDictSize(stream->self.parser->dict) > NAMES_MAX)
        return stop(stream, line, "too_large", "too many different names", NULL,
                    err);
    return OK;
}

/* Behind the last element: was there anything where records should be? */
static enum status check_records(struct xml_stream *stream, struct err *err)
{
    if (stream->path_count == 0) {
        if (stream->records != 1 || stream->children == 0 ||
            !stream->children_alike || !stream->children_nested)
            return END;
        (void)fail(err, STOP, EXIT_DATA, "no_records",
                   "the records seem to be deeper, in elements named %s",
                   stream->child);
    } else {
        if (stream->records > 0 || (stream->parent_seen && stream->others == 0))
            return END;
        (void)fail(err, STOP, EXIT_DATA, "no_records",
                   "there is nothing at the path to the records");
    }
    err_hint(err, "say in the mapping where the records are (records:)");
    return STOP;
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
    return check(stream, err);
}

enum status xml_stream_next(struct xml_stream *stream, struct record *record,
                            struct err *err)
{
    const struct xml_span *span;

    while (stream->found_next == stream->found_count) {
        enum status status;

        if (stream->ended)
            return check_records(stream, err);
        status = feed(stream, err);
        if (status != OK)
            return status;
    }
    span = &stream->found[stream->found_next++];
    record->line = span->line;
    record->raw.at =
        stream->window.at + stream->window.begin + (span->begin - stream->base);
    record->raw.size = (size_t)(span->end - span->begin);
    return OK;
}
