/*
 * origin.h - the bytes of a file as they lie there, to be had from any place.
 *
 * What can be read only once (standard input, a pipe) is kept in a temporary
 * file without a name as far as it was read, and for the rest of the run: it
 * may be opened again and then begins again. It is read no further than asked,
 * so that an endless one is refused as soon as its first bytes are.
 */
#ifndef FORMATS_ORIGIN_H
#define FORMATS_ORIGIN_H

#include "formats/err.h"
#include "formats/text.h"

struct origin;

/* path "-" is standard input. STOP: 66 cannot be opened, 74 not be kept. */
enum status origin_open(struct origin **out, const char *path, struct err *err);
void origin_close(struct origin *origin); /* NULL is fine */
/* Up to size bytes from that place on; OK with at least one, or END. */
enum status origin_read(struct origin *origin, uint64_t place, void *to,
                        size_t size, size_t *got, struct err *err);
/* Its size in bytes; a pipe is read to its end for that. */
enum status origin_size(struct origin *origin, uint64_t *size, struct err *err);
/* STOP 65 when a file was written to since it was opened. */
enum status origin_check(const struct origin *origin, struct err *err);
/*
 * How much of the path names a file when it goes on below one, as in
 * "export.zip/people.csv"; else all of it.
 */
size_t origin_split(const char *path);

#endif
