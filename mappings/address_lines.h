/*
 * address_lines.h - an address as it stands on a letter, line by line, taken
 * apart.
 *
 * Who it is for, the street, what follows the street, and then the place: city,
 * state and postcode in the order of their country, and the country. No line
 * goes nowhere: one that is not known for what it is stays beside the street,
 * or is the addressee.
 */
#ifndef MAPPINGS_ADDRESS_LINES_H
#define MAPPINGS_ADDRESS_LINES_H

#include "mappings/customer.h"

enum address_part {
    ADDRESS_ADDRESSEE, /* whoever is not the customer by another name */
    ADDRESS_STREET,
    ADDRESS_STREET2, /* all further lines, with a comma between */
    ADDRESS_CITY,
    ADDRESS_STATE,
    ADDRESS_POSTAL_CODE,
    ADDRESS_COUNTRY, /* as it stands there */
    ADDRESS_PARTS,
};

/*
 * Takes the lines apart. Lines at the top that say who the customer is and
 * nothing else (its name, company, or first and last name with titles and
 * initials) are no part of the address; but for a street that the customer is
 * called by. Where the first of regions (those of struct cleaning) behind the
 * row's own is US, "Georgia" by itself is a place there. Parts that are not
 * there come out empty; the others point into lines, or into the arena.
 */
void address_take_apart(struct text lines, const struct customer *customer,
                        const char *const regions[4], struct arena *arena,
                        struct text parts[ADDRESS_PARTS]);

#endif
