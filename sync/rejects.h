/*
 * rejects.h - --rejects FILE: every row that did not get there, in the source's
 * own columns plus _line, _code and _message; loads back as a source.
 *
 * The file has the format, delimiter, encoding and record path of the source,
 * so that the same mapping reads it. A CSV gets a header line and no title
 * lines, whatever its source had: who opens a CSV that ends with our three
 * columns reads it by its header.
 *
 * A row that could not be taken apart is written as far as it can be told, with
 * RECORD_MARK where it cannot. Read again, it is refused as it was while a mark
 * stands in it, and taken once somebody has put it right. A mark that is data
 * stays, where _code is emptied.
 */
#ifndef SYNC_REJECTS_H
#define SYNC_REJECTS_H

#include "sync/source.h"

struct rejects;

/* path NULL: a rejects that takes everything and writes nothing. */
enum status rejects_open(struct rejects **out, const char *path,
                         struct source *source, const struct policy *policy,
                         struct err *err);
/* NULL does the same: of a plan that is made to be looked up alone. */
enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err);
/* Publishes the file; also an empty one, so that last night's is not taken for
 * tonight's. */
enum status rejects_commit(struct rejects *rejects, struct err *err);
void rejects_close(struct rejects *rejects); /* NULL is fine */

/* Whether a column is none of the source's own, but put there by us. */
bool rejects_column(const char *column);
/* Whether a file's columns end with our three. */
bool rejects_columns(const char *const *columns);
/* Whether a record that is read was put right, if it had to be: OK or REJECT.
 */
enum status rejects_check(const struct node *object, struct err *err);

/* --- for rejects_json.c ----------------------------------------------------*/

/* The whole of a record that has no members of its own, as text. */
#define REJECTS_ROW "_row"

/*
 * rejects_json.c: a record of JSON with our members, as text; what else stands
 * in it stays as it is, well formed or not. ours: an object of the three.
 */
struct text rejects_json(struct text raw, struct node *ours,
                         struct arena *arena);

#endif
