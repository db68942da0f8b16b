/*
 * country.c - ISO 3166-1 alpha-2 of what people write for a country.
 *
 * The names are those of the package iso-codes; what people write and ISO
 * does not (UK, Holland) is in data/countries.csv, which comes first. A name
 * without a code there is one of several countries (Korea): none is guessed.
 */
#include "mappings/cleaners.h"

#include "formats/format.h"
#include "formats/limits.h"
#include "mappings/fold.h"
#include "mappings/folders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISO_FILE "/usr/share/iso-codes/json/iso_3166-1.json"

enum {
    /* ISO has 250 countries with five names each. */
    ENTRIES_MAX = 10 * 1000,
    /* The longest official name has 52 letters. */
    NAME_SIZE_MAX = 120, /* bytes */
};

struct entry {
    struct text name;  /* folded */
    uint32_t strength; /* the lower one stands when a name is there twice */
    char alpha2[3];    /* empty: the name of several */
};

static struct arena *kept; /* lives as long as the process */
static struct entry *entries;
static size_t count;
static struct text regions[26][26]; /* what people call them; NULL: none */

/*
 * Letters and digits only, "and" for &, without "the": U.S.A. is USA, and
 * the order of "Korea, South" is a matter of the alias file.
 */
static struct text fold_country(struct text name, struct arena *arena)
{
    struct text folded = fold_name(name, arena);
    /* One & becomes three letters. */
    char *to = arena_take(arena, folded.size * 3 + 1);
    size_t size = 0, word = 0, at = 0;

    while (at < folded.size) {
        size_t begin = at;
        uint32_t point = fold_next(folded, &at);

        if (fold_is_word(point)) {
            memcpy(to + size, folded.at + begin, at - begin);
            size += at - begin;
            if (at < folded.size)
                continue;
        }
        if (size - word == 3 && memcmp(to + word, "the", 3) == 0)
            size = word;
        if (point == '&') {
            memcpy(to + size, "and", 3);
            size += 3;
        }
        word = size;
    }
    return (struct text){to, size};
}

static bool is_alpha2(struct text text)
{
    return text.size == 2 && text.at[0] >= 'A' && text.at[0] <= 'Z' &&
           text.at[1] >= 'A' && text.at[1] <= 'Z';
}

static void add(struct text name, struct text alpha2)
{
    struct text folded = fold_country(name, kept);

    if (folded.size == 0 || count == ENTRIES_MAX)
        return;
    entries[count] = (struct entry){folded, (uint32_t)count, ""};
    if (alpha2.size == 2)
        memcpy(entries[count].alpha2, alpha2.at, 2);
    count++;
}

/* --- the files ------------------------------------------------------------*/

static enum status add_alias(const struct node *row, struct err *err)
{
    struct text alpha2 = node_member_text(row, "alpha_2");

    if (alpha2.size > 0 && !is_alpha2(alpha2)) {
        fail(err, STOP, EXIT_CONFIG, "bad_data_file",
             "a line without a country code in capital letters");
        err_hint(err, "the columns are name and alpha_2: UK,GB; a name of "
                      "several countries has no code");
        return STOP;
    }
    add(node_member_text(row, "name"), alpha2);
    return OK;
}

static enum status bad_iso(struct err *err, const char *message)
{
    fail(err, STOP, EXIT_CONFIG, "country_names", "%s", message);
    err_hint(err, "install the package iso-codes");
    err_place(err, "%s", ISO_FILE);
    return STOP;
}

/* Whether the aliases, which are read before, call several countries so. */
static bool is_several(struct text name, struct arena *arena)
{
    struct text folded = fold_country(name, arena);

    for (size_t i = 0; i < count; i++)
        if (entries[i].alpha2[0] == '\0' && text_equal(entries[i].name, folded))
            return true;
    return false;
}

/* Bolivia, where ISO says "Bolivia, Plurinational State of"; but not Congo. */
static void name_it(const struct node *country, struct text alpha2,
                    struct arena *arena)
{
    struct text name = node_member_text(country, "common_name");

    if (name.size == 0)
        name = node_member_text(country, "name");
    if (is_several(name, arena))
        name = node_member_text(country, "official_name");
    regions[alpha2.at[0] - 'A'][alpha2.at[1] - 'A'] = arena_text(kept, name);
}

static enum status read_iso(struct arena *arena, struct err *err)
{
    static const char *const members[] = {"alpha_2", "alpha_3", "name",
                                          "common_name", "official_name"};
    struct names *names = names_open();
    struct node *tree = NULL;
    const struct node *list = NULL;
    struct text bytes;

    if (data_read(&bytes, ISO_FILE, arena, err) != OK)
        bad_iso(err, "the country names cannot be read");
    else if (json_parse(bytes, arena, names, &tree, err) != OK)
        bad_iso(err, "the country names are not JSON");
    else
        list = node_member(tree, "3166-1");
    if (tree != NULL && (list == NULL || list->first == NULL))
        bad_iso(err, "there are no country names in it");
    for (const struct node *country = list != NULL ? list->first : NULL;
         country != NULL; country = country->next) {
        struct text alpha2 = node_member_text(country, "alpha_2");

        if (!is_alpha2(alpha2))
            continue;
        name_it(country, alpha2, arena);
        for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
            add(node_member_text(country, members[i]), alpha2);
    }
    names_close(names);
    return list != NULL && list->first != NULL ? OK : STOP;
}

static int by_name(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;
    int order = text_compare(left->name, right->name);

    if (order != 0)
        return order;
    return (left->strength > right->strength) -
           (left->strength < right->strength);
}

enum status countries_open(struct err *err)
{
    struct arena *arena;
    enum status status;

    if (kept != NULL)
        return OK;
    arena = arena_open();
    kept = arena_open();
    entries = arena_take(kept, ENTRIES_MAX * sizeof(*entries));
    count = 0;
    status = data_rows("data/countries.csv", add_alias, err);
    if (status == OK)
        status = read_iso(arena, err);
    if (status == OK) {
        qsort(entries, count, sizeof(*entries), by_name);
    } else {
        arena_close(kept);
        kept = NULL;
    }
    arena_close(arena);
    return status;
}

/* --- the outside ----------------------------------------------------------*/

enum country_found country_read(struct text text, struct arena *arena,
                                struct text *alpha2)
{
    struct text name;
    size_t low = 0, high;

    if (text.size == 0 || text.size > NAME_SIZE_MAX || !text_is_utf8(text))
        return COUNTRY_NONE;
    data_needed(countries_open);
    name = fold_country(text, arena);
    high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (text_compare(entries[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == count || !text_equal(entries[low].name, name))
        return COUNTRY_NONE;
    *alpha2 = text_of(entries[low].alpha2);
    return alpha2->size > 0 ? COUNTRY_ONE : COUNTRY_SEVERAL;
}

struct text clean_country(struct text raw, struct arena *arena)
{
    struct text alpha2;

    return country_read(clean_text(raw, arena), arena, &alpha2) == COUNTRY_ONE
               ? alpha2
               : (struct text){0};
}

struct text country_name(struct text alpha2)
{
    data_needed(countries_open);
    return is_alpha2(alpha2) ? regions[alpha2.at[0] - 'A'][alpha2.at[1] - 'A']
                             : (struct text){0};
}

bool region_known(const char *alpha2)
{
    return country_name(text_of(alpha2)).size > 0;
}
