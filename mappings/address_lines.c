/*
 * address_lines.c - see address_lines.h.
 *
 * Names come off the top. The rest goes from the bottom up, for that end is the
 * regular one: a country, then the line with the postcode.
 */
#include "mappings/address_lines.h"

#include "mappings/address_place.h"
#include "mappings/cleaners.h"
#include "mappings/fold.h"

#include <string.h>

/* A letter has seven lines; what has more than this is no address. */
enum { LINES_MAX = 12 };

static const char *const care_words[] = {"attn", "attention", "c/o", NULL};

struct lines {
    struct text at[LINES_MAX];
    size_t count;
};

struct taking {
    struct lines lines; /* those that are left */
    const struct customer *customer;
    struct arena *arena;
    struct text *parts;
    bool named; /* a line said who the customer is */
};

static bool split(struct text text, struct lines *lines)
{
    size_t at = 0;

    while (at <= text.size) {
        size_t from = at;
        struct text line;

        while (at < text.size && text.at[at] != '\n' && text.at[at] != '\r')
            at++;
        line = text_trim((struct text){text.at + from, at - from});
        at++;
        if (line.size == 0)
            continue;
        if (lines->count == LINES_MAX)
            return false;
        lines->at[lines->count++] = line;
    }
    return true;
}

/* The line so many above the last; empty when there is none. */
static struct text line_above(const struct taking *t, size_t above)
{
    if (above >= t->lines.count)
        return (struct text){0};
    return t->lines.at[t->lines.count - 1 - above];
}

/* --- names -----------------------------------------------------------------*/

/* Whether all words of the name are in the line. */
static bool has_words(const struct taking *t, struct text line,
                      enum field field)
{
    struct text words[LINE_WORDS_MAX], there[LINE_WORDS_MAX];
    struct text name = fold_case(customer_text(t->customer, field), t->arena);
    size_t count = line_words(name, words);
    size_t others = line_words(fold_case(line, t->arena), there);

    for (size_t i = 0; i < count; i++) {
        size_t n = 0;

        while (n < others && !text_equal(words[i], there[n]))
            n++;
        if (n == others)
            return false;
    }
    return count > 0;
}

static bool is_field(const struct taking *t, struct text line, enum field field)
{
    return text_equal(fold_case(line, t->arena),
                      fold_case(customer_text(t->customer, field), t->arena));
}

/* "Ms. Ana M. Silva" is Ana Silva. */
static bool is_customer(const struct taking *t, struct text line)
{
    return is_field(t, line, FIELD_NAME) || is_field(t, line, FIELD_COMPANY) ||
           (has_words(t, line, FIELD_FIRST_NAME) &&
            has_words(t, line, FIELD_LAST_NAME));
}

static void take_names(struct taking *t)
{
    struct lines *lines = &t->lines;
    size_t names = 0;

    while (names < lines->count && is_customer(t, lines->at[names]))
        names++;
    t->named = names > 0;
    lines->count -= names;
    memmove(lines->at, lines->at + names, lines->count * sizeof(lines->at[0]));
}

/* --- from the bottom -------------------------------------------------------*/

static bool is_country(const struct taking *t, struct text line)
{
    struct text alpha2;
    bool small = line.size == 2 && (line.at[0] > 'Z' || line.at[1] > 'Z');

    return !small && country_read(line, t->arena, &alpha2) != COUNTRY_NONE;
}

static void take_country(struct taking *t)
{
    /* Alone it is as well a person: Jordan. */
    if (t->lines.count + t->named < 2 || !is_country(t, line_above(t, 0)))
        return;
    t->parts[ADDRESS_COUNTRY] = line_above(t, 0);
    t->lines.count--;
}

/* British letters have the postcode in a line of its own. */
static void take_above_code(struct taking *t)
{
    struct text line = line_above(t, 0);
    struct town town;

    if (line.size == 0 || line_is_street(line) || line_begins(line, care_words))
        return;
    t->lines.count--;
    if (line_above(t, 1).size > 0 && line_is_street(line_above(t, 1)) &&
        !line_is_street(line_above(t, 0))) {
        town = (struct town){.city = line_above(t, 0), .state = line};
        t->lines.count--;
    } else if (!line_is_place(line, (struct surroundings){true, true}, &town)) {
        town = (struct town){.city = line};
    }
    t->parts[ADDRESS_CITY] = town.city;
    t->parts[ADDRESS_STATE] = town.state;
}

static void take_place(struct taking *t)
{
    struct text line = line_above(t, 0);
    struct surroundings around = {
        .street_above = line_is_street(line_above(t, 1)),
        /* A single line may be who it is for. */
        .country_below =
            t->parts[ADDRESS_COUNTRY].size > 0 && t->lines.count + t->named > 1,
    };
    struct town town;

    if (line_begins(line, care_words) || !line_is_place(line, around, &town))
        return;
    t->lines.count--;
    t->parts[ADDRESS_CITY] = town.city;
    t->parts[ADDRESS_STATE] = town.state;
    t->parts[ADDRESS_POSTAL_CODE] = town.postal_code;
    if (town.city.size == 0 && town.state.size == 0)
        take_above_code(t);
}

/* --- who and where in the street -------------------------------------------*/

static struct text joined(const struct taking *t, size_t from, size_t to)
{
    struct buffer all = {0};
    struct text text;

    if (to - from == 1)
        return t->lines.at[from];
    for (size_t i = from; i < to; i++)
        buffer_print(&all, "%s%.*s", i > from ? ", " : "",
                     TEXT_ARGS(t->lines.at[i]));
    text = arena_text(t->arena, buffer_view(&all));
    buffer_free(&all);
    return text;
}

static void take_street(struct taking *t)
{
    size_t count = t->lines.count, street = 0, first = 0;

    while (street < count && !line_is_street(t->lines.at[street]))
        street++;
    while (first < street && line_begins(t->lines.at[first], care_words))
        first++;
    /* What is above the number is who it is for; without a number, the first
     * line is. Where that was said already, "Oxford House" is in the street. */
    if (!t->named && first < street)
        first = street < count ? street : first + 1;
    t->parts[ADDRESS_ADDRESSEE] = joined(t, 0, first);
    if (first == count)
        return;
    t->parts[ADDRESS_STREET] = t->lines.at[first];
    t->parts[ADDRESS_STREET2] = joined(t, first + 1, count);
}

void address_take_apart(struct text text, const struct customer *customer,
                        struct arena *arena, struct text parts[ADDRESS_PARTS])
{
    struct taking t = {.customer = customer, .arena = arena, .parts = parts};

    memset(parts, 0, ADDRESS_PARTS * sizeof(parts[0]));
    if (!split(text, &t.lines)) {
        parts[ADDRESS_STREET] = text_trim(text);
        return;
    }
    take_names(&t);
    take_country(&t);
    take_place(&t);
    take_street(&t);
}
