/*
 * doubt.h - whether bytes that are said to be in some encoding are good UTF-8.
 *
 * Letters of another encoding are hardly ever so by chance: where all bytes
 * beyond ASCII are, somebody has to say which it is.
 */
#ifndef FORMATS_DOUBT_H
#define FORMATS_DOUBT_H

#include "formats/err.h"
#include "formats/text.h"

struct doubt {
    bool broken;              /* something is not UTF-8 */
    unsigned char pending[4]; /* a character that is not whole yet */
    size_t pending_size;
    uint64_t line, first_line; /* from 1; first_line 0: all is ASCII so far */
    unsigned char first[4];    /* the first character beyond ASCII */
    size_t first_size;
};

/* The next bytes of the file. */
void doubt_see(struct doubt *doubt, struct text bytes);
/* Whether all that was seen is UTF-8, and not all of it ASCII. */
bool doubt_holds(const struct doubt *doubt);
/*
 * At the end of a file of which it is only usual to be in that encoding: STOP
 * 65 encoding_doubt with the evidence when it holds, else OK.
 */
enum status doubt_settle(const struct doubt *doubt, const char *encoding,
                         const char *name, struct err *err);

#endif
