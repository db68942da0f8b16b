/*
 * xml.h - what the XML reader's halves share: xml_parser.c tames libxml2,
 * xml_stream.c finds records in a document, xml_check.c says what is wrong with
 * one, xml.c takes a record apart, xml_writer.c writes them. These files are
 * the home of libxml2.
 */
#ifndef FORMATS_XML_H
#define FORMATS_XML_H

#include "formats/reading.h"

#include <libxml/parser.h>

/* What is well-formed, and refused all the same. */
enum xml_refusal {
    REFUSED_NOTHING,
    REFUSED_DOCTYPE,
    REFUSED_ENTITY,
    REFUSED_DEPTH,
    REFUSED_ATTRIBUTES,
    REFUSED_NAMESPACES,
    REFUSED_TEXT, /* between records, where it would be lost */
};

/* The first real error of a parse; the rest are echoes of it. */
struct xml_trouble {
    int code; /* of libxml2; 0: none */
    int line;
    enum xml_refusal refused;
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
/* Ends the parse with a refusal of ours; the first one counts. */
void xml_refuse(struct xml_self *self, enum xml_refusal refusal);
/* What the declaration of a document says, to be freed; or NULL. */
char *xml_declared_encoding(struct text begin);

enum {
    XML_PATH_MAX = 16, /* segments of a records path */
    /* Above records; libxml2 ends at 256, with words about its own options. */
    XML_DEPTH_MAX = 250,
    /* Open at one place: libxml2 looks through all, for each element. */
    XML_NAMESPACES_MAX = 1000,
};

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
    struct text path[XML_PATH_MAX]; /* borrowed; "*" is any element */
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

/* OK, or STOP with what is wrong so far and where. */
enum status xml_check(struct xml_stream *stream, struct err *err);
/* The same for a record that the parser let pass: is it strict UTF-8? */
enum status xml_check_record(struct xml_stream *stream,
                             const struct record *record, struct err *err);
/* Behind the last element: was there anything where records should be? END. */
enum status xml_check_records(struct xml_stream *stream, struct err *err);

#endif
