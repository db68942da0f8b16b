/*
 * listing_own.h - between listing.c and listing_place.c.
 */
#ifndef SYNC_LISTING_OWN_H
#define SYNC_LISTING_OWN_H

#include "sync/listing.h"

struct print_key listing_key(struct text id);
/* Back to the first page, and nobody met so far. */
void listing_forget(struct listing *listing);
/* Another pass, in which everybody of this one is to be met. */
void listing_next_pass(struct listing *listing);
/*
 * "D page total rounds" or "F page total moves address": nothing else needs to
 * be known, since the records read so far are in the store. A pass that only
 * looks whether all are there begins anew.
 */
struct text listing_place(const struct listing *listing, struct arena *arena);

#endif
