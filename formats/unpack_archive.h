/*
 * unpack_archive.h - one packed file, open in libarchive.
 */
#ifndef FORMATS_UNPACK_ARCHIVE_H
#define FORMATS_UNPACK_ARCHIVE_H

#include "formats/origin.h"

struct archive;

struct packed {
    struct archive *archive;
    struct packed_source *source; /* what its callbacks read */
    char *name;                   /* of the file, in a zip; else NULL */
    uint64_t begin; /* bytes of the origin that were read before the file */
    bool empty;     /* nothing is packed in it */
};

/*
 * packed is zeroed by the caller and closed by it, whatever comes back. entry:
 * of a zip, as for unpack_open().
 */
enum status packed_open(struct packed *packed, struct origin *origin, bool zip,
                        const char *entry, struct err *err);
void packed_close(struct packed *packed);
enum status packed_read(struct packed *packed, char *to, size_t size,
                        size_t *got, struct err *err);
/* Bytes of the origin that were used for what was read so far. */
uint64_t packed_used(const struct packed *packed);

#endif
