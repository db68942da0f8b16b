/*
 * xml_check.c - what is wrong with a document, in words.
 */
#include "formats/xml.h"

#include "formats/limits.h"

#include <stdio.h>
#include <string.h>

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

static enum status too_many(struct xml_stream *stream, uint64_t line,
                            const char *what, int most, struct err *err)
{
    char message[100];

    (void)snprintf(message, sizeof(message), "%s %d", what, most);
    return stop(stream, line, "too_large", message, NULL, err);
}

static enum status refused(struct xml_stream *stream, uint64_t line,
                           struct err *err)
{
    switch (stream->trouble.refused) {
    case REFUSED_DOCTYPE:
        return stop(stream, line, "doctype", "a DOCTYPE is refused unread",
                    "take the <!DOCTYPE ...> out of the file", err);
    case REFUSED_DEPTH:
        return too_many(stream, line, "elements are nested deeper than",
                        XML_DEPTH_MAX, err);
    case REFUSED_ATTRIBUTES:
        return too_many(stream, line, "an element has more attributes than",
                        COLUMNS_MAX, err);
    case REFUSED_NAMESPACES:
        return too_many(stream, line, "more namespaces are declared than",
                        XML_NAMESPACES_MAX, err);
    case REFUSED_TEXT:
        return stop(stream, line, "broken_file",
                    "text stands where only records should be",
                    "if the records are deeper, say in the mapping where "
                    "(records:)",
                    err);
    default:
        return stop(stream, line, "entity",
                    "only the entities amp, lt, gt, quot and apos are known",
                    NULL, err);
    }
}

/* The first byte that is no UTF-8; or the text's size. */
static size_t find_bad_byte(struct text text)
{
    size_t i = 0;

    while (i < text.size) {
        size_t size = 1;

        while (size <= 4 && i + size <= text.size &&
               !text_is_utf8((struct text){text.at + i, size}))
            size++;
        if (size > 4 || i + size > text.size)
            return i;
        i += size;
    }
    return i;
}

/* True, and err filled, when the bytes are not UTF-8. */
static bool is_bad_utf8(struct xml_stream *stream, struct text text,
                        uint64_t line, struct err *err)
{
    size_t at = find_bad_byte(text);

    if (at == text.size)
        return false;
    (void)fail(err, STOP, EXIT_DATA, "bad_encoding",
               "the byte %02x is not UTF-8", (unsigned char)text.at[at]);
    err_hint(err, "%s",
             input_encoding_known(stream->window.input)
                 ? "it says that it is UTF-8: if it is not, say what it is, "
                   "such as --encoding windows-1252"
                 : "say what it is, such as --encoding windows-1252");
    err_place(err, "%s:%llu", input_name(stream->window.input),
              (unsigned long long)line);
    return true;
}

static enum status broken(struct xml_stream *stream, uint64_t line,
                          struct err *err)
{
    const struct xml_trouble *trouble = &stream->trouble;
    struct text seen = window_view(&stream->window);

    seen.size = (size_t)(stream->fed - stream->base);
    if ((trouble->code == XML_ERR_INVALID_ENCODING ||
         trouble->code == XML_ERR_INVALID_CHAR ||
         trouble->code == XML_ERR_DOCUMENT_END) &&
        is_bad_utf8(stream, seen, line, err))
        return STOP;
    if (stream->ended && stream->depth > 0)
        return stop(stream, line, "broken_file",
                    "the file ends before its last element does", NULL, err);
    if (stream->ended && (trouble->code == XML_ERR_DOCUMENT_END ||
                          trouble->code == XML_ERR_COMMENT_NOT_FINISHED ||
                          trouble->code == XML_ERR_PI_NOT_FINISHED))
        return stop(stream, line, "broken_file",
                    "the file ends in the middle of a comment or instruction",
                    NULL, err);
    return stop(stream, line, "broken_file", trouble->message, NULL, err);
}

enum status xml_check(struct xml_stream *stream, struct err *err)
{
    const struct xml_trouble *trouble = &stream->trouble;
    uint64_t line = trouble->line > 0 ? (uint64_t)trouble->line : 1;

    if (trouble->refused != REFUSED_NOTHING ||
        trouble->code == XML_ERR_UNDECLARED_ENTITY)
        return refused(stream, line, err);
    if (trouble->code != 0)
        return broken(stream, line, err);
    if (stream->misplaced)
        return stop(stream, 1, "bad_encoding",
                    "the file is not UTF-8 and does not say what it is",
                    "say what it is, such as --encoding utf-16le", err);
    if (xmlDictSize(stream->self.parser->dict) > NAMES_MAX)
        return stop(stream, (uint64_t)stream->self.parser->input->line,
                    "too_large", "too many different names", NULL, err);
    return OK;
}

/* libxml2 takes overlong forms for what they stand for; we do not. */
enum status xml_check_record(struct xml_stream *stream,
                             const struct record *record, struct err *err)
{
    struct text before = record->raw;

    if (text_is_utf8(record->raw))
        return OK;
    before.size = find_bad_byte(record->raw);
    (void)is_bad_utf8(stream, record->raw, record->line + count_lines(before),
                      err);
    return STOP;
}

enum status xml_check_records(struct xml_stream *stream, struct err *err)
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
