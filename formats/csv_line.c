/*
 * csv_line.c - where a physical line ends.
 */
#include "formats/csv_line.h"

#include <string.h>

enum { PIECE = 512 };

enum status csv_line(struct window *window, size_t from, size_t *size,
                     size_t *next, struct err *err)
{
    size_t scanned = 0;

    for (;;) {
        struct text rest = window_view(window);
        const char *end = NULL;
        enum status status;

        rest.at += from;
        rest.size -= from;
        while (scanned < rest.size) {
            size_t piece = rest.size - scanned;
            const char *cr;

            /* In pieces, so that a file whose lines end in CR alone is not
             * searched to the window's end for each line. */
            piece = piece < PIECE ? piece : PIECE;
            end = memchr(rest.at + scanned, '\n', piece);
            if (end != NULL)
                piece = (size_t)(end - rest.at) - scanned;
            cr = memchr(rest.at + scanned, '\r', piece);
            end = cr != NULL ? cr : end;
            if (end != NULL)
                break;
            scanned += piece;
        }
        if (end != NULL)
            scanned = (size_t)(end - rest.at);
        /* Whether a line feed follows a CR must be seen. */
        if (end != NULL &&
            (*end == '\n' || scanned + 1 < rest.size || window->ended)) {
            *size = scanned;
            *next = scanned + 1;
            if (*end == '\r' && *next < rest.size && end[1] == '\n')
                (*next)++;
            return OK;
        }
        status = window_fill(window, err);
        if (status == STOP)
            return STOP;
        if (status == END && end == NULL) {
            *size = *next = rest.size;
            return END;
        }
    }
}
