/*
 * json.h - what json.c shares with json_reader.c; all else is in node.h.
 */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include "formats/node.h"

/* What one text may bring. */
struct json_limits {
    size_t nodes; /* members and elements */
    size_t text;  /* bytes of one string, number or name */
};

/* A record of a file. */
extern const struct json_limits json_record_limits;
/* A piece of a document that is not kept: its memory is bounded anyway. */
extern const struct json_limits json_piece_limits;

/*
 * json_parse with limits of its own. REJECT when it is not JSON (code bad_row),
 * has a name twice in one object, a lone surrogate, a NUL, NaN, or goes past a
 * limit or DEPTH_MAX.
 */
enum status json_tree(struct text bytes, const struct json_limits *limits,
                      struct arena *arena, struct names *names,
                      struct node **out, struct err *err);

/* Whether it is one number, true, false or null, and nothing else. */
bool json_is_scalar(struct text text);

#endif
