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
    bool lines_above; /* any, so that this one is not who it is for */
};

/* Words as blanks divide them; at most LINE_WORDS_MAX. */
size_t line_words(struct text line, struct text words[LINE_WORDS_MAX]);
/* Whether it is one of the list, case and closing marks apart. */
bool word_is_listed(struct text word, const char *const *list);
/* Whether the first word is one of the list, case and closing marks apart. */
bool line_begins(struct text line, const char *const *list);
/* Whether it has a number in it, or a word for a street or a part of a house.
 */
bool line_is_street(struct text line);
/* Whether it is a street with its number: "12 Main St". */
bool line_is_house(struct text line);
/* Whether it is a county of the British Isles. */
bool line_is_county(struct text line);
/* "SW1A 2AA" */
bool code_is_british(struct text code);
/* A town and a postcode that is too long for a number in a street. */
bool line_is_coded_town(struct text line, struct town *town);
/* Takes the line apart; false, and nothing in *town, when it is no place. */
bool line_is_place(struct text line, struct surroundings around,
                   struct town *town);

#endif
