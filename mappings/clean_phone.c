/*
 * clean_phone.c - what stands in a phone column, as one E.164 number.
 *
 * The number is found by clean_phone_read.c; here it is remembered, and what
 * was odd about it is said.
 */
#include "mappings/cleaners.h"

#include "mappings/phone.h"
#include "mappings/phones_ahead.h"

#include <string.h>

enum {
    /* The same number is read as phone, as key and on the next pull: one
     * reading costs 20 us. */
    CACHE_SIZE = 1024,
    CACHE_KEY_MAX = PHONE_TEXT_MAX + 4 * 3, /* four regions before it */
};

bool region_given(const char *region)
{
    return region != NULL && region[0] != '\0';
}

/* --- the cache ------------------------------------------------------------*/

struct cached {
    uint8_t size; /* of key; 0: free */
    char key[CACHE_KEY_MAX];
    struct phone_answer answer;
};

/* The text and its regions as one key; 0 when it is too long to be kept. */
static size_t cache_key(struct text text, const char *const regions[4],
                        char key[CACHE_KEY_MAX])
{
    size_t size = 0;

    if (text.size > PHONE_TEXT_MAX)
        return 0;
    for (int i = 0; i < 4; i++) {
        size_t length = region_given(regions[i]) ? strlen(regions[i]) : 0;

        if (length > 2)
            return 0;
        memcpy(key + size, regions[i] != NULL ? regions[i] : "", length);
        size += length;
        key[size++] = ' ';
    }
    memcpy(key + size, text.at, text.size);
    return size + text.size;
}

static uint32_t cache_slot(const char *key, size_t size)
{
    uint32_t hash = 2166136261u; /* FNV-1a: short, and only a place */

    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return hash % CACHE_SIZE;
}

static struct cached cache[CACHE_SIZE];

static void cache_put(const char *key, size_t size,
                      const struct phone_answer *answer)
{
    struct cached *cached = &cache[cache_slot(key, size)];

    if (size == 0)
        return;
    cached->size = (uint8_t)size;
    memcpy(cached->key, key, size);
    cached->answer = *answer;
}

/* What was read as +61... is asked for in that form next, as a key. */
static void cache_result(const struct phone_answer *answer)
{
    static const char *const nowhere[4] = {NULL};
    struct phone_answer plain = {.fault = PHONE_GOOD, .mobile = answer->mobile};
    char key[CACHE_KEY_MAX];

    memcpy(plain.e164, answer->e164, sizeof(plain.e164));
    cache_put(key, cache_key(text_of(plain.e164), nowhere, key), &plain);
}

static const struct cached *cache_find(const char *key, size_t size)
{
    const struct cached *cached = &cache[cache_slot(key, size)];

    return size > 0 && cached->size == size &&
                   memcmp(cached->key, key, size) == 0
               ? cached
               : NULL;
}

static void remember(const char *key, size_t size,
                     const struct phone_answer *answer)
{
    cache_put(key, size, answer);
    if (answer->fault == PHONE_GOOD)
        cache_result(answer);
}

bool phone_is_news(struct text text, const char *const regions[4])
{
    char key[CACHE_KEY_MAX];
    size_t size = cache_key(text, regions, key);

    return size > 0 && cache_find(key, size) == NULL;
}

void phone_remember(struct text text, const char *const regions[4],
                    const struct phone_answer *answer)
{
    char key[CACHE_KEY_MAX];

    remember(key, cache_key(text, regions, key), answer);
}

void phone_read(struct text text, const char *const regions[4],
                struct phone_answer *answer)
{
    char key[CACHE_KEY_MAX];
    size_t size = cache_key(text, regions, key);
    const struct cached *cached = cache_find(key, size);

    if (cached != NULL) {
        *answer = cached->answer;
        return;
    }
    *answer = (struct phone_answer){0};
    phone_read_cell(text, regions, answer);
    remember(key, size, answer);
}

/* --- the outside ----------------------------------------------------------*/

bool clean_phone(struct text raw, const char *const regions[4],
                 struct arena *arena, struct text *e164, bool *mobile)
{
    struct phone_answer answer;

    phone_read(clean_text(raw, arena), regions, &answer);
    if (answer.fault != PHONE_GOOD)
        return false;
    *e164 = arena_text(arena, text_of(answer.e164));
    *mobile = answer.mobile;
    return true;
}

void national_find(struct national *national, const char *region)
{
    if (!region_given(region) ||
        !phone_local(national->e164.at, national->e164.size, region,
                     national->local, sizeof(national->local)))
        national->local[0] = '\0';
}

struct text phone_national(struct text e164, const char *region,
                           struct arena *arena)
{
    struct national national = {.e164 = e164};

    national_find(&national, region);
    return national.local[0] != '\0'
               ? arena_text(arena, text_of(national.local))
               : e164;
}

/* The number can be used; what was left out or mended is said. */
static void say_odd(const struct washing *washing,
                    const struct phone_answer *answer, struct text seen)
{
    if (answer->several)
        wash_warn(washing, "several_values",
                  "\"%.*s\" is more than one number: %s is used",
                  TEXT_ARGS(seen), answer->e164);
    if (answer->extension)
        wash_warn(washing, "extension_dropped",
                  "the extension in \"%.*s\" is left out", TEXT_ARGS(seen));
    if (answer->words)
        wash_warn(washing, "words_dropped",
                  "the words beside the number in \"%.*s\" are left out",
                  TEXT_ARGS(seen));
    if (!washing->cleaning->cells)
        return;
    if (answer->expanded)
        wash_note(washing, "expanded", "\"%.*s\" is read as %s",
                  TEXT_ARGS(seen), answer->e164);
    if (answer->restored)
        wash_note(washing, "zero_restored", "\"%.*s\" is read as %s",
                  TEXT_ARGS(seen), answer->e164);
}

void clean_phone_value(const struct washing *washing, struct text text)
{
    struct text seen = shown(text);
    struct phone_answer answer;

    if (is_blank_phone(text)) {
        washing->value->presence = VALUE_BLANK;
        return;
    }
    if (washing->cleaning->ahead != NULL) {
        /* A value, so that no further place is asked in its stead. */
        washing->value->presence = VALUE_BAD;
        phones_ask(washing->cleaning->ahead, text, washing->cleaning->regions);
        return;
    }
    phone_read(text, washing->cleaning->regions, &answer);
    switch (answer.fault) {
    case PHONE_LOST:
        wash_bad(washing, "lost_digits",
                 "\"%.*s\" has lost digits: format the column as text in the "
                 "spreadsheet and export again",
                 TEXT_ARGS(seen));
        return;
    case PHONE_NO_REGION:
        wash_bad(washing, "no_region",
                 "\"%.*s\" has no country code: set region in the "
                 "configuration, the account or the mapping",
                 TEXT_ARGS(seen));
        return;
    case PHONE_INVALID:
        wash_bad(washing, "bad_phone", "\"%.*s\" is not a valid phone number",
                 TEXT_ARGS(seen));
        return;
    case PHONE_GOOD:
        break;
    }
    say_odd(washing, &answer, seen);
    wash_set(washing, arena_text(washing->arena, text_of(answer.e164)));
}
