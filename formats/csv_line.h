/*
 * csv_line.h - the physical lines of a window, ended by LF, CR LF or CR.
 */
#ifndef FORMATS_CSV_LINE_H
#define FORMATS_CSV_LINE_H

#include "formats/reading.h"

/*
 * The line that begins at offset `from` of the window: *size without its end,
 * *next behind it (both from there). OK; END when the input ends first, then
 * both are what is left; STOP.
 */
enum status csv_line(struct window *window, size_t from, size_t *size,
                     size_t *next, struct err *err);

#endif
