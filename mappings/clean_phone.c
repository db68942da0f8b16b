/*
 * clean_phone.c - what stands in a phone column, as one E.164 number.
 *
 * The rules of numbers are libphonenumber's (phone.cc), what spreadsheets do
 * to a number is clean_phone_cell.c; here is what people do to a cell: several
 * numbers, words around one.
 */
#include "mappings/cleaners.h"
#include "mappings/phone.h"

#include <string.h>

enum {
    /* A cell longer than this is a note; libphonenumber's own limit is 250
     * for one number. */
    CELL_MAX = 500,
    PIECES_MAX = 8,
    /* The same number is read as phone, as key and on the next pull: one
     * reading costs 20 us. */
    CACHE_SIZE = 1024,
    CACHE_KEY_MAX = 56,
};

static bool has_digit(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        /* Full-width and Arabic digits are digits too. */
        if ((text.at[i] >= '0' && text.at[i] <= '9') ||
            (unsigned char)text.at[i] >= 0x80)
            return true;
    return false;
}

/* --- several numbers ------------------------------------------------------*/

/* Bytes of a separator at the start of text, or 0. */
static size_t separator(struct text text)
{
    if (strchr("/,;|\n\r", text.at[0]) != NULL)
        return 1;
    if (text.size > 4 && text_is_nocase((struct text){text.at, 4}, " or "))
        return 4;
    return 0;
}

static size_t split(struct text text, struct text pieces[PIECES_MAX])
{
    size_t count = 0, begin = 0, at = 0;

    while (at <= text.size && count < PIECES_MAX) {
        size_t size =
            at == text.size
                ? 1
                : separator((struct text){text.at + at, text.size - at});
        struct text piece = {text.at + begin, at - begin};

        if (size == 0) {
            at++;
            continue;
        }
        if (has_digit(piece))
            pieces[count++] = piece;
        at += size;
        begin = at;
    }
    return count;
}

/* --- one number -----------------------------------------------------------*/

static bool given(const char *region)
{
    return region != NULL && region[0] != '\0';
}

/* phone_parse or phone_search */
typedef bool reading(const char *text, size_t size, const char *region,
                     struct phone_found *found);

static bool read_one(reading *read, struct text text,
                     const char *const regions[4], struct phone_found *found)
{
    char full[CELL_MAX + 1];

    /* With its country code a number needs no region, with a foreign one
     * neither. */
    if ((text_find(text, "+") < text.size ||
         text_find(text, "\uff0b") < text.size) &&
        read(text.at, text.size, NULL, found))
        return true;
    for (int i = 0; i < 4; i++)
        if (given(regions[i]) && read(text.at, text.size, regions[i], found))
            return true;
    /* 00 is the international prefix nearly everywhere, and the file's home
     * need not be the row's country. */
    text = text_trim(text);
    if (!text_starts(text, "00") || text.size > CELL_MAX)
        return false;
    full[0] = '+';
    memcpy(full + 1, text.at + 2, text.size - 2);
    return read(full, text.size - 1, NULL, found);
}

/* "0412 345 678 0413 111 222": a blank with a whole number on each side. */
static bool read_pair(struct text text, const char *const regions[4],
                      struct phone_found *found)
{
    struct phone_found other;

    for (size_t i = 1; i < text.size; i++) {
        struct text left = {text.at, i};
        struct text right = {text.at + i, text.size - i};

        if (text.at[i] == ' ' && text.at[i - 1] != ' ' &&
            read_one(phone_parse, left, regions, found) &&
            read_one(phone_parse, right, regions, &other))
            return true;
    }
    return false;
}

/* RFC 3966 takes what follows a semicolon for an extension, people do not. */
static bool is_two(struct text text, const char *const regions[4])
{
    struct text pieces[PIECES_MAX];
    struct phone_found other;

    return split(text, pieces) > 1 &&
           read_one(phone_parse, pieces[1], regions, &other);
}

static bool read_pieces(struct text text, const char *const regions[4],
                        struct phone_found *found, bool *several)
{
    struct text pieces[PIECES_MAX];
    size_t count = split(text, pieces);

    *several = count > 1;
    for (size_t i = 0; i < count; i++)
        if (read_one(phone_parse, pieces[i], regions, found))
            return true;
    if (count == 1 && read_pair(pieces[0], regions, found)) {
        *several = true;
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if (read_one(phone_search, pieces[i], regions, found))
            return true;
    return false;
}

static void read_cell(struct text text, const char *const regions[4],
                      struct phone_answer *answer)
{
    struct phone_found found = {0};
    char plain[CELL_MAX];
    bool home = false;

    answer->fault = PHONE_LOST;
    if (!phone_unspoil(&text, plain, sizeof(plain)))
        return;
    answer->fault = PHONE_INVALID;
    if (text.size > CELL_MAX || !has_digit(text))
        return;
    if (read_one(phone_parse, text, regions, &found) ||
        read_pieces(text, regions, &found, &answer->several)) {
        if (found.extension && is_two(text, regions)) {
            answer->several = true;
            found.extension = false;
        }
        answer->fault = PHONE_GOOD;
        answer->mobile = found.mobile;
        answer->extension = found.extension;
        memcpy(answer->e164, found.e164, sizeof(answer->e164));
        return;
    }
    for (int i = 0; i < 4; i++)
        home = home || given(regions[i]);
    if (!home && text_find(text, "+") == text.size)
        answer->fault = PHONE_NO_REGION;
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

    if (text.size + 4 * 3 > CACHE_KEY_MAX)
        return 0;
    for (int i = 0; i < 4; i++) {
        size_t length = given(regions[i]) ? strlen(regions[i]) : 0;

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

void phone_read(struct text text, const char *const regions[4],
                struct phone_answer *answer)
{
    char key[CACHE_KEY_MAX];
    size_t size = cache_key(text, regions, key);
    const struct cached *cached = &cache[cache_slot(key, size)];

    if (size > 0 && cached->size == size &&
        memcmp(cached->key, key, size) == 0) {
        *answer = cached->answer;
        return;
    }
    *answer = (struct phone_answer){0};
    read_cell(text, regions, answer);
    cache_put(key, size, answer);
    if (answer->fault == PHONE_GOOD)
        cache_result(answer);
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

struct text phone_national(struct text e164, const char *region,
                           struct arena *arena)
{
    const char *const regions[4] = {region};
    struct phone_answer back;
    char local[32];

    if (!given(region) ||
        !phone_local(e164.at, e164.size, region, local, sizeof(local)))
        return e164;
    /* Only if it is read back as the same number. */
    phone_read(text_of(local), regions, &back);
    if (back.fault != PHONE_GOOD || !text_is(e164, back.e164))
        return e164;
    return arena_text(arena, text_of(local));
}

void clean_phone_value(const struct washing *washing, struct text text)
{
    struct text seen = shown(text);
    struct phone_answer answer;

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
    if (answer.several)
        wash_warn(washing, "several_values",
                  "\"%.*s\" is more than one number: %s is used",
                  TEXT_ARGS(seen), answer.e164);
    if (answer.extension)
        wash_warn(washing, "extension_dropped",
                  "the extension in \"%.*s\" is left out", TEXT_ARGS(seen));
    wash_set(washing, arena_text(washing->arena, text_of(answer.e164)));
}
