/*
 * names.h - names stored once, so that they compare by ==.
 *
 * Column headers, member and element names come from strangers: there is a
 * limit (NAMES_MAX) on how many distinct ones a file may bring.
 */
#ifndef FORMATS_NAMES_H
#define FORMATS_NAMES_H

#include "formats/text.h"

struct names;

struct names *names_open(void);
void names_close(struct names *names); /* NULL is fine; all names die */
/* NULL when NAMES_MAX names, or NAMES_BYTES_MAX of them, are already known. */
const char *names_intern(struct names *names, struct text name);
/* The interned name if known, else NULL; never adds one. */
const char *names_find(const struct names *names, struct text name);

#endif
