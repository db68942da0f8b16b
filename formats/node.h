/*
 * node.h - the one tree: a record of any file, a reply, a body, a mapping file.
 *
 * CSV rows are objects of texts; JSON, XML and YAML keep their shape. A number
 * is kept as the digits that were written and never passes through a double.
 * XML: an element is an object of its child elements by local name; its
 * attributes are members named "@name"; an element with only text is a text; an
 * element with attributes or children and text has the text as member "#text".
 * Elements that repeat are members of the same name side by side.
 *
 * Nodes live in an arena, names in a names table. Never freed by themselves.
 */
#ifndef FORMATS_NODE_H
#define FORMATS_NODE_H

#include "formats/arena.h"
#include "formats/err.h"
#include "formats/names.h"

enum node_kind {
    NODE_NULL,
    NODE_FALSE,
    NODE_TRUE,
    NODE_NUMBER, /* text holds the digits as written */
    NODE_TEXT,
    NODE_LIST,
    NODE_OBJECT,
};

/* What a spreadsheet had put around a cell's text, and the reader took off. */
enum node_mark {
    NODE_GUARDED = 1, /* the apostrophe before = + - @ tab CR */
    NODE_FORMULA = 2, /* ="..." around it */
};

/*
 * The name of a member that is a further row of the same record (one row per
 * address): an object like the record itself.
 */
#define NODE_ROW "#row"

struct node {
    enum node_kind kind;
    unsigned char marks;       /* of a CSV's cell: enum node_mark */
    uint32_t line, column;     /* of a mapping or configuration; else 0 */
    const char *name;          /* of a member; NULL in a list and at the top */
    struct text text;          /* of NODE_TEXT and NODE_NUMBER */
    struct node *first, *last; /* children of a list or object */
    struct node *next;
};

struct node *node_new(struct arena *arena, enum node_kind kind);
/* name may be NULL for a list's element; it is kept, not copied. */
struct node *node_add(struct node *parent, const char *name,
                      struct node *child);
struct node *node_text(struct arena *arena, struct text text); /* copies */
/* The first member of that name (by content), or NULL; NULL parents are fine.
 */
struct node *node_member(const struct node *object, const char *name);
/* The text of a text or number member; empty when absent. */
struct text node_member_text(const struct node *object, const char *name);
size_t node_count(const struct node *parent);
/* A deep copy into another arena; names are kept as they are. */
struct node *node_copy(struct arena *arena, const struct node *node);

/* JSON (RFC 8259) to a tree and back; formats/json.c is the home of jansson. */
enum status json_parse(struct text bytes, struct arena *arena,
                       struct names *names, struct node **out,
                       struct err *err); /* REJECT when it is not JSON */
/*
 * Appends compact JSON: members in order, UTF-8 as it is, nothing escaped that
 * JSON need not escape. A NODE_NUMBER is written as its digits. These bytes are
 * what gets signed and sent.
 */
void json_write(struct buffer *out, const struct node *node);
/* The same, indented by two, for people. */
void json_write_pretty(struct buffer *out, const struct node *node);

#endif
