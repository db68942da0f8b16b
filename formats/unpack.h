/*
 * unpack.h - the bytes of a file, out of their compression.
 *
 * gzip through zlib, bzip2, xz, zstd, lz4 and zip through libarchive, told by
 * their content, not by their name. One packing, not several around each other;
 * to its last byte, or it is broken. Unpacked bytes and their ratio to the
 * packed ones are bounded.
 */
#ifndef FORMATS_UNPACK_H
#define FORMATS_UNPACK_H

#include "formats/origin.h"

struct unpack;

/*
 * origin is borrowed and read from its start. entry names a file in a zip, or
 * is NULL: then the zip must hold exactly one, or one whose name ends as those
 * of data files do, .txt aside (folders and what systems add for themselves do
 * not count). STOP 65 when the compression is broken, when it is of a kind we
 * do not take, when a zip has several files; 66 when it has not the one that
 * was named.
 */
enum status unpack_open(struct unpack **out, struct origin *origin,
                        const char *entry, struct err *err);
void unpack_close(struct unpack *unpack); /* NULL is fine */
/* Up to size bytes; END with *got 0. 65 broken or too much, 74 read error. */
enum status unpack_read(struct unpack *unpack, char *to, size_t size,
                        size_t *got, struct err *err);
/* Whether the bytes lie in the file as they are handed out. */
bool unpack_is_plain(const struct unpack *unpack);
/* The name of the one file in the zip at that path, to be freed; else NULL. */
char *unpack_only_name(const char *path);

#endif
