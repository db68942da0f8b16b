/*
 * packing.h - what a file is by its first bytes, as far as compression goes.
 */
#ifndef FORMATS_PACKING_H
#define FORMATS_PACKING_H

#include "formats/err.h"
#include "formats/text.h"

/* The longest of the beginnings below. */
enum { PACKING_HEAD = 10 };

enum packing_kind {
    PACKING_STREAM, /* one file, compressed */
    PACKING_GZIP,   /* the same, by gzip */
    PACKING_ZIP,
    PACKING_FOREIGN, /* known, and not taken */
};

struct packing {
    const char *bytes; /* how it begins */
    size_t size;
    enum packing_kind kind;
    const char *name; /* "gzip" */
    const char *hint; /* what to do with a foreign one */
};

/* Or NULL when it is not compressed in a way we know. */
const struct packing *packing_of(struct text head);
/* STOP 65: behind its end, at that byte, is the rest of something. */
enum status packing_goes_on(const char *name, uint64_t at, struct err *err);

#endif
