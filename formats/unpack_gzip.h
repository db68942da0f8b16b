/*
 * unpack_gzip.h - a gzip file, to the checksum of its last member.
 *
 * The home of zlib: libarchive takes gzip's checksums and sizes as they come.
 */
#ifndef FORMATS_UNPACK_GZIP_H
#define FORMATS_UNPACK_GZIP_H

#include "formats/origin.h"

struct gunzip;

/* From the origin's first byte; origin is borrowed. */
struct gunzip *gunzip_open(struct origin *origin);
void gunzip_close(struct gunzip *gunzip); /* NULL is fine */
/*
 * Up to size bytes; END with *got 0 behind the last member. STOP 65 when the
 * file is broken, was cut, or goes on with what is not gzip.
 */
enum status gunzip_read(struct gunzip *gunzip, char *to, size_t size,
                        size_t *got, struct err *err);
/* Bytes of the origin that were used for what was read so far. */
uint64_t gunzip_used(const struct gunzip *gunzip);

#endif
