/*
 * json.h - what json.c shares with json_reader.c; all else is in node.h.
 */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include "formats/node.h"

/*
 * json_parse with a limit of its own on members and elements. REJECT when it
 * is not JSON (code bad_row), has a name twice in one object, a lone
 * surrogate, a NUL, NaN, or goes past DEPTH_MAX.
 */
enum status json_tree(struct text bytes, size_t nodes_max, struct arena *arena,
                      struct names *names, struct node **out, struct err *err);

#endif
