/*
 * csv_guess.h - which line of a CSV is its header, and what separates cells.
 *
 * Delimiters are tried in turn over the first lines of the file. The header is
 * the first line with two names that some mapping knows; without one it is the
 * first line that is not blank, split by the delimiter that gives most cells.
 * A first line `sep=;` says the delimiter itself.
 */
#ifndef FORMATS_CSV_GUESS_H
#define FORMATS_CSV_GUESS_H

#include "formats/csv_rows.h"

struct csv_guess {
    char delimiter;
    uint64_t skip; /* lines that were told to be skipped, and a sep= line */
    bool any;      /* a line was found that is not blank */
    uint64_t line; /* the header */
    size_t titles; /* lines before it that are not blank */
    size_t known, cells;
};

/* END: the input has no byte. STOP 65: it has no header of that kind. */
enum status csv_guess(struct csv_guess *guess, struct csv_rows *rows,
                      const struct reader_options *options, struct err *err);
/* MYOB's {} before its header, { and } around its records. */
bool csv_is_brace(struct text raw, char delimiter);
/*
 * What may separate the names in a header that was read as one column: a byte
 * that makes two known names of it; 0: none does.
 */
char csv_other_delimiter(const struct reader_options *options,
                         struct text header);

#endif
