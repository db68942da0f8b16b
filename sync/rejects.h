/*
 * rejects.h - --rejects FILE: every row that did not get there, in the
 * source's own columns plus _line, _code and _message; loads back as a source.
 */
#ifndef SYNC_REJECTS_H
#define SYNC_REJECTS_H

#include "sync/source.h"

struct rejects;

/* path NULL: a rejects that takes everything and writes nothing. */
enum status rejects_open(struct rejects **out, const char *path,
                         struct source *source, struct err *err);
enum status rejects_add(struct rejects *rejects, uint32_t file, uint64_t line,
                        struct text raw, const char *code, const char *message,
                        struct err *err);
/* Publishes the file; also an empty one, so that last night's is not taken for
 * tonight's. */
enum status rejects_commit(struct rejects *rejects, struct err *err);
void rejects_close(struct rejects *rejects); /* NULL is fine */

#endif
