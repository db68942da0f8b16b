/*
 * xml.h - what the XML reader's two halves share: xml_stream.c finds records
 * in a document, xml.c takes one apart, xml_writer.c writes them. These files
 * are the home of libxml2.
 */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include "formats/reading.h"

#include <libxml/parser.h>

/* The first real error of a parse; the rest are echoes of it. */
struct xml_trouble {
    int code; /* of libxml2; 0: none */
    int line;
    bool doctype, entity; /* refused by us */
    char message[256];
};

/*
 * A push parser that loads nothing from anywhere, has no DTD and no entities
 * beyond the five of XML. self is the callbacks' first argument; its first
 * member is a struct xml_trouble *.
 */
struct xml_self {
    struct xml_trouble *trouble;
    xmlParserCtxtPtr parser;
};
xmlParserCtxtPtr xml_parser_open(const xmlSAXHandler *handler,
                                 struct xml_self *self);
void xml_parser_close(xmlParserCtxtPtr parser); /* NULL is fine */

enum { XML_PATH_MAX = 16 }; /* segments of a records path */

/*
 * Finds the elements that are records, by a push parse of the document, and
 * gives their exact bytes (of the decoded file).
 */
struct xml_stream {
    struct xml_self self; /* first: libxml2 hands it to the callbacks */
    struct xml_trouble trouble;
    struct window window;
    uint64_t base;                  /* offset in the file of window.begin */
    uint64_t fed;                   /* offset of what the parser has not seen */
    uint64_t counted, line;         /* lines are counted up to that offset */
    struct text path[XML_PATH_MAX]; /* borrowed */
    size_t path_count;              /* 0: the children of the root */
    size_t depth;                   /* elements that are open */
    size_t shift;                   /* 1: the path begins below the root */
    size_t matched;                 /* segments of the path that are open */
    size_t inside;                  /* elements open within a record, with it */
    uint64_t begin, begin_line;     /* of the record that is open */
    struct xml_span {
        uint64_t begin, end, line;
    } * found; /* records of the last piece */
    size_t found_count, found_room, found_next;
    uint64_t records, others; /* elements beside the records */
    bool parent_seen, ended, misplaced;
    /* Whether the only record so far looks like the list of records. */
    char child[64];
    uint64_t children;
    bool children_alike, children_nested;
};

enum status xml_stream_open(struct xml_stream *stream, struct input *input,
                            const char *records, struct err *err);
void xml_stream_close(struct xml_stream *stream);
enum status xml_stream_rewind(struct xml_stream *stream, struct err *err);
enum status xml_stream_next(struct xml_stream *stream, struct record *record,
                            struct err *err);

#endif
