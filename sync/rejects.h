/*
 * rejects.h - --rejects FILE: every row that did not get there, in the source's
 * own columns plus _line, _code and _message; loads back as a source.
 *
 * The file has the format, delimiter, encoding and record path of the source,
 * so that the same mapping reads it. A CSV gets a header line and no title
 * lines, whatever its source had: who opens a CSV that ends with our three
 * columns reads it by its header. A row that cannot be taken apart is written
 * as it stood, and cannot be taken apart again.
 */
#ifndef SYNC_REJECTS_H
#define SYNC_REJECTS_H

#include "sync/source.h"

struct rejects;

/* path NULL: a rejects that takes everything and writes nothing. */
enum status rejects_open(struct rejects **out, const char *path,
                         struct source *source, const struct policy *policy,
                         struct err *err);
enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err);
/* Publishes the file; also an empty one, so that last night's is not taken for
 * tonight's. */
enum status rejects_commit(struct rejects *rejects, struct err *err);
void rejects_close(struct rejects *rejects); /* NULL is fine */

/* Whether a file's columns end with our three. */
bool rejects_columns(const char *const *columns);

/*
 * rejects_csv.c: CSV, of which a record may also be a text: the bytes of a row
 * that could not be taken apart.
 */
extern const struct format rejects_csv;

#endif
