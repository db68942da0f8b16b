/*
 * waiting_numbers.h - numbers of keys that wait to be written, or to be taken
 * away.
 *
 * They are as good as random: written one by one, each would take another page
 * of a table that may be larger than the memory for pages. So they wait until
 * the transaction ends, or until they are many, and go in order. Meanwhile
 * those to be written are found here; those to be taken away may still be found
 * where they are, so whoever finds a customer looks at the keys themselves.
 */
#ifndef STATE_WAITING_NUMBERS_H
#define STATE_WAITING_NUMBERS_H

#include <stdint.h>

#include "state/store.h"

struct numbers;

struct waiting_number {
    int32_t number;
    uint32_t next;     /* in its slot; 0: none, else the place of it and one */
    store_id customer; /* below 0: the number is to be taken away from it */
};

struct numbers *numbers_open(void);
void numbers_close(struct numbers *numbers); /* NULL is fine */
void numbers_add(struct numbers *numbers, int64_t number, store_id customer);
void numbers_take(struct numbers *numbers, int64_t number, store_id customer);
bool numbers_any(const struct numbers *numbers);
/* There are so many that they should go. */
bool numbers_full(const struct numbers *numbers);
/* place: 0 for the first. false: no more. Customers come in no order, and one
 * whose number came, went and came comes twice. */
bool numbers_find(const struct numbers *numbers, int64_t number,
                  uint32_t *place, store_id *customer);
/* In order, of each number and customer what was said last; then only
 * numbers_forget may follow. */
const struct waiting_number *numbers_sorted(struct numbers *numbers,
                                            size_t *count);
void numbers_forget(struct numbers *numbers);

#endif
