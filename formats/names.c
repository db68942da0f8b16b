/*
 * names.c - a hash table of strings that never move.
 */
#include "formats/names.h"

#include "formats/arena.h"
#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <xxhash.h>

enum { FIRST_ROOM = 256 };

struct slot {
    const char *name; /* NULL: free */
    uint64_t hash;
    size_t size;
};

struct names {
    struct arena *arena;
    struct slot *slots;
    size_t room, count; /* room is a power of two, at most half full */
    uint64_t seed;      /* so that nobody can choose names that collide */
};

static struct slot *slots_open(size_t room)
{
    struct slot *slots = calloc(room, sizeof(*slots));

    if (slots == NULL)
        abort();
    return slots;
}

struct names *names_open(void)
{
    struct names *names = calloc(1, sizeof(*names));

    if (names == NULL)
        abort();
    names->arena = arena_open();
    names->room = FIRST_ROOM;
    names->slots = slots_open(names->room);
    if (getrandom(&names->seed, sizeof(names->seed), GRND_NONBLOCK) < 0)
        names->seed = (uint64_t)(uintptr_t)names;
    return names;
}

void names_close(struct names *names)
{
    if (names == NULL)
        return;
    arena_close(names->arena);
    free(names->slots);
    free(names);
}

/* Where the name is, or the free slot where it belongs. */
static struct slot *find(struct slot *slots, size_t room, uint64_t hash,
                         struct text name)
{
    size_t i = (size_t)hash & (room - 1);

    while (slots[i].name != NULL) {
        if (slots[i].hash == hash && slots[i].size == name.size &&
            memcmp(slots[i].name, name.at, name.size) == 0)
            break;
        i = (i + 1) & (room - 1);
    }
    return &slots[i];
}

static uint64_t hash_of(const struct names *names, struct text name)
{
    return XXH3_64bits_withSeed(name.at, name.size, names->seed);
}

static void grow(struct names *names)
{
    size_t room = names->room * 2;
    struct slot *slots = slots_open(room);

    for (size_t i = 0; i < names->room; i++) {
        struct slot *old = &names->slots[i];

        if (old->name != NULL)
            *find(slots, room, old->hash, (struct text){old->name, old->size}) =
                *old;
    }
    free(names->slots);
    names->slots = slots;
    names->room = room;
}

const char *names_intern(struct names *names, struct text name)
{
    struct text text = {name.at != NULL ? name.at : "", name.size};
    uint64_t hash = hash_of(names, text);
    struct slot *slot = find(names->slots, names->room, hash, text);

    if (slot->name != NULL)
        return slot->name;
    if (names->count == NAMES_MAX ||
        arena_used(names->arena) + text.size > NAMES_BYTES_MAX)
        return NULL;
    if (names->count * 2 >= names->room) {
        grow(names);
        slot = find(names->slots, names->room, hash, text);
    }
    *slot = (struct slot){arena_string(names->arena, text), hash, text.size};
    names->count++;
    return slot->name;
}

const char *names_find(const struct names *names, struct text name)
{
    struct text text = {name.at != NULL ? name.at : "", name.size};

    return find(names->slots, names->room, hash_of(names, text), text)->name;
}
