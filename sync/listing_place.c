/* listing_place.c - where a listing stands, so that it goes on from there. */
#include "sync/listing_own.h"

#include <inttypes.h>
#include <stdio.h>

struct print_key listing_key(struct text id)
{
    static const uint8_t seed[16];

    return print_key(seed, 'i', id);
}

void listing_forget(struct listing *listing)
{
    if (listing->before != listing->all)
        key_set_close(listing->before);
    key_set_close(listing->pass);
    key_set_close(listing->all);
    listing->all = key_set_open();
    listing->pass = listing->before = NULL;
    listing->way = LISTING_FORWARD;
    listing->page = listing->passes = listing->rounds = listing->barren = 0;
    listing->count = listing->total = listing->fresh = listing->missed = 0;
    listing->moves = listing->resumed = false;
    listing->found = listing->doubted = false;
    buffer_clear(&listing->place);
    if (listing->kept != NULL)
        listing->kept->young = 0;
}

void listing_next_pass(struct listing *listing)
{
    if (listing->before != listing->all)
        key_set_close(listing->before);
    listing->before = listing->passes == 0 ? listing->all : listing->pass;
    listing->missed = listing->passes == 0 ? listing->count : listing->fresh;
    listing->pass = key_set_open();
    listing->passes++;
    listing->page = 0;
    listing->fresh = 0;
    buffer_clear(&listing->place);
}

struct text listing_place(const struct listing *listing, struct arena *arena)
{
    if (listing->way == LISTING_DOWN)
        return arena_print(arena, "D %" PRIu32 " %" PRIu64 " %" PRIu32,
                           listing->page, listing->total, listing->rounds);
    if (listing->passes > 0)
        return TEXT("V 0 0 0");
    return arena_print(arena, "F %" PRIu32 " %" PRIu64 " %d %.*s",
                       listing->page, listing->total, listing->moves ? 1 : 0,
                       (int)listing->place.size,
                       listing->place.size > 0 ? listing->place.at : "");
}

static void recall_one(void *self, struct text id)
{
    struct listing *listing = self;

    listing->count += key_set_add(listing->all, listing_key(id));
}

static enum status recall(struct listing *listing, struct err *err)
{
    const struct ids_wanted wanted = {.which = IDS_SEEN,
                                      .since_ms = listing->now_ms};

    return store_each_id(listing->store, listing->account, &wanted, recall_one,
                         listing, err);
}

enum status listing_resume(struct listing *listing, struct err *err)
{
    struct arena *arena = arena_open();
    char *place = arena_string(arena, listing->kept->place);
    char way = '\0';
    uint32_t page = 0, number = 0;
    uint64_t total = 0, young = listing->kept->young;
    int used = 0;
    enum status status;

    listing_forget(listing);
    listing->kept->young = young;
    status = sscanf(place, "%c %" SCNu32 " %" SCNu64 " %" SCNu32 "%n", &way,
                    &page, &total, &number, &used) == 4
                 ? recall(listing, err)
                 : END;
    if (status == OK) {
        listing->total = total;
        listing->page = page;
        listing->resumed = true;
        listing->moves = way == 'V' || (way == 'F' && number != 0);
        listing->way = way == 'D' ? LISTING_DOWN : LISTING_FORWARD;
        listing->rounds = way == 'D' ? number : 0;
        if (way == 'V')
            listing_next_pass(listing);
        if (way == 'F' && place[used] == ' ')
            buffer_string(&listing->place, place + used + 1);
    }
    arena_close(arena);
    return status == END ? OK : status;
}

uint64_t listing_left(struct text place, uint64_t pages)
{
    char words[32] = "", way = '\0';
    uint32_t page = 0;

    if (place.size > 0)
        (void)snprintf(words, sizeof(words), "%.*s", TEXT_ARGS(place));
    if (sscanf(words, "%c %" SCNu32, &way, &page) != 2)
        return pages;
    if (way == 'D')
        return (uint64_t)page + 1;
    return way == 'F' && page < pages ? pages - page : pages;
}
