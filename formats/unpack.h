/*
 * unpack.h - the bytes of a file, out of their compression.
 *
 * The home of libarchive: gzip, bzip2, xz, zstd, lz4 and zip, told by their
 * content, not by their name. Unpacked bytes and their ratio to the packed
 * ones are bounded.
 */
#ifndef FORMATS_UNPACK_H
#define FORMATS_UNPACK_H

#include "formats/err.h"
#include "formats/text.h"

struct unpack;

/*
 * fd is borrowed, seekable, and read from its start. STOP 65 when a zip does
 * not hold exactly one file (folders and __MACOSX/ do not count) or the
 * compression is broken.
 */
enum status unpack_open(struct unpack **out, int fd, struct err *err);
void unpack_close(struct unpack *unpack); /* NULL is fine */
/* Up to size bytes; END with *got 0. 65 broken or too much, 74 read error. */
enum status unpack_read(struct unpack *unpack, char *to, size_t size,
                        size_t *got, struct err *err);

#endif
