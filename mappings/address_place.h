/*
 * address_place.h - the line of an address that holds city, state and postcode,
 * in whatever order its country has them.
 */
#ifndef MAPPINGS_ADDRESS_PLACE_H
#define MAPPINGS_ADDRESS_PLACE_H

#include "formats/text.h"

/* A line of an address has fewer words than this. */
enum { LINE_WORDS_MAX = 16 };

struct town {
    struct text city, state, postal_code; /* within the line, or empty */
};

/* What stands around the line: without it a line with no postcode at its end
 * may as well be a person or a street. */
struct surroundings {
    bool street_above, country_below;
};

/* Words as blanks divide them; at most LINE_WORDS_MAX. */
size_t line_words(struct text line, struct text words[LINE_WORDS_MAX]);
/* Whether the first word is one of the list, case and closing marks apart. */
bool line_begins(struct text line, const char *const *list);
/* Whether it has a number in it, or a word for a street or a part of a house.
 */
bool line_is_street(struct text line);
/* Takes the line apart; false, and nothing in *town, when it is no place. */
bool line_is_place(struct text line, struct surroundings around,
                   struct town *town);

#endif
