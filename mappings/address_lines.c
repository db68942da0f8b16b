/*
 * address_lines.c - see address_lines.h.
 *
 * Names come off the top; only what says nothing besides. The rest goes from
 * the bottom up, for that end is the regular one: a country, then the line with
 * the postcode.
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
    const char *region; /* where the customer is at home; or NULL */
    bool named;         /* a line said who the customer is */
    bool american;      /* the last line is no country but a place there */
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

/* What may stand before a person's name, and what behind. */
static const char *const titles[] = {
    "mr",   "mrs",  "ms",   "miss", "mx", "dr",  "prof", "rev", "sir", "dame",
    "lady", "lord", "herr", "frau", "m",  "mme", "mlle", "sr",  "sra", NULL};
static const char *const endings[] = {"jr",  "sr", "ii",  "iii", "iv",
                                      "phd", "md", "esq", NULL};

static struct text bare(struct text word)
{
    while (word.size > 0 && strchr(".,;", word.at[word.size - 1]) != NULL)
        word.size--;
    return word;
}

/* Finds all words of the name in the line, each in a place of its own. */
static bool take_words(const struct taking *t, enum field field,
                       const struct text *there, size_t others, bool *used)
{
    struct text words[LINE_WORDS_MAX];
    struct text name = fold_case(customer_text(t->customer, field), t->arena);
    size_t count = line_words(name, words);

    for (size_t i = 0; i < count; i++) {
        size_t n = 0;

        while (n < others &&
               (used[n] || !text_equal(bare(words[i]), bare(there[n]))))
            n++;
        if (n == others)
            return false;
        used[n] = true;
    }
    return count > 0;
}

/* Whether the person's first and last name are in the line; *alone: and nothing
 * but titles and initials besides. "Ms. Ana M. Silva" is Ana Silva, "Ana Silva
 * Plumbing" may be another. */
static bool has_person(const struct taking *t, struct text line, bool *alone)
{
    struct text words[LINE_WORDS_MAX];
    bool used[LINE_WORDS_MAX] = {false};
    size_t count = line_words(fold_case(line, t->arena), words);
    size_t first = 0, last = count;

    *alone = false;
    if (!take_words(t, FIELD_FIRST_NAME, words, count, used) ||
        !take_words(t, FIELD_LAST_NAME, words, count, used))
        return false;
    while (!used[first] && word_is_listed(words[first], titles))
        first++;
    while (!used[last - 1] && word_is_listed(words[last - 1], endings))
        last--;
    *alone = count < LINE_WORDS_MAX;
    for (size_t i = first; i < last; i++)
        *alone = *alone && (used[i] || (bare(words[i]).size == 1 &&
                                        !line_is_street(words[i])));
    return true;
}

static bool is_same(const struct taking *t, struct text a, struct text b)
{
    return text_equal(fold_case(a, t->arena), fold_case(b, t->arena));
}

static bool is_field(const struct taking *t, struct text line, enum field field)
{
    return is_same(t, line, customer_text(t->customer, field));
}

static bool stands_above(const struct taking *t, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_same(t, t->lines.at[i], t->lines.at[at]))
            return true;
    return false;
}

/* A customer may be called as its street is, or its town: "12 Main St" is the
 * name where the street follows, and else the street. */
static bool is_address_too(const struct taking *t, size_t at)
{
    const struct lines *lines = &t->lines;
    struct text line = lines->at[at];
    bool last = at + 1 == lines->count;

    if (stands_above(t, at))
        return last || line_is_street(line);
    return line_is_house(line) && !last && !line_is_house(lines->at[at + 1]) &&
           !is_same(t, line, lines->at[at + 1]);
}

static bool is_customer(const struct taking *t, size_t at)
{
    struct text line = t->lines.at[at];
    bool alone;

    if (is_field(t, line, FIELD_NAME) || is_field(t, line, FIELD_COMPANY))
        return !is_address_too(t, at);
    return has_person(t, line, &alone) && alone;
}

static void take_names(struct taking *t)
{
    struct lines *lines = &t->lines;
    size_t names = 0;

    while (names < lines->count && is_customer(t, names))
        names++;
    t->named = names > 0;
    lines->count -= names;
    memmove(lines->at, lines->at + names, lines->count * sizeof(lines->at[0]));
}

/* --- from the bottom -------------------------------------------------------*/

/* Countries that an American knows a state or a town by. */
static const char *const american[] = {"georgia", "jordan", "lebanon", "peru",
                                       "jamaica", "norway", "denmark", "poland",
                                       "malta",   "cuba",   NULL};

static bool is_country(const struct taking *t, struct text line)
{
    struct text alpha2;
    bool small = line.size == 2 && (line.at[0] > 'Z' || line.at[1] > 'Z');

    return !small && country_read(line, t->arena, &alpha2) != COUNTRY_NONE;
}

/* Georgia, where no town with a postcode stands above it. */
static bool is_american(const struct taking *t, struct text line)
{
    struct town town;

    return t->region != NULL && strcmp(t->region, "US") == 0 &&
           word_is_listed(line, american) &&
           !line_is_place(line_above(t, 1), (struct surroundings){0}, &town);
}

/* Before the names, which are not yet read where a country is asked for. */
static void take_country(struct taking *t)
{
    struct text line = line_above(t, 0);

    /* Alone it is as well a person: Jordan. */
    if (t->lines.count < 2 || !is_country(t, line))
        return;
    t->american = is_american(t, line);
    if (t->american)
        return;
    t->parts[ADDRESS_COUNTRY] = line;
    t->lines.count--;
}

/* The town in the last line, or its state, with the town above it. */
static void take_town(struct taking *t, bool is_state)
{
    const struct surroundings beneath = {.street_above = true,
                                         .country_below = true};
    struct text line = line_above(t, 0);
    struct town town;

    t->lines.count--;
    if (is_state && !line_is_street(line_above(t, 0)) &&
        line_is_street(line_above(t, 1))) {
        town = (struct town){.city = line_above(t, 0), .state = line};
        t->lines.count--;
    } else if (!line_is_place(line, beneath, &town)) {
        town = (struct town){.city = line};
    }
    t->parts[ADDRESS_CITY] = town.city;
    t->parts[ADDRESS_STATE] = town.state;
}

/* British letters have the postcode in a line of its own, and above it the
 * town: a county is the only thing that stands between. Elsewhere it is a
 * state. */
static void take_above_code(struct taking *t)
{
    struct text line = line_above(t, 0);

    if (line.size == 0 || line_is_street(line) || line_begins(line, care_words))
        return;
    take_town(t, !code_is_british(t->parts[ADDRESS_POSTAL_CODE]) ||
                     line_is_county(line));
}

/* "Bengaluru 560001" and below it "Karnataka". */
static bool take_code_above(struct taking *t)
{
    struct town town;

    if (!line_is_coded_town(line_above(t, 1), &town))
        return false;
    t->parts[ADDRESS_STATE] = line_above(t, 0);
    t->parts[ADDRESS_CITY] = town.city;
    t->parts[ADDRESS_POSTAL_CODE] = town.postal_code;
    t->lines.count -= 2;
    return true;
}

static void take_place(struct taking *t)
{
    struct text line = line_above(t, 0);
    struct surroundings around = {
        .street_above = line_is_street(line_above(t, 1)),
        /* A single line may be who it is for. */
        .country_below =
            t->parts[ADDRESS_COUNTRY].size > 0 && t->lines.count + t->named > 1,
        .lines_above = t->lines.count + t->named > 1,
    };
    struct town town;

    if (t->american && t->lines.count > 0) {
        take_town(t, true);
        return;
    }
    if (line_begins(line, care_words) || !line_is_place(line, around, &town))
        return;
    if (town.postal_code.size == 0 && town.state.size == 0 &&
        take_code_above(t))
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

/* Somebody else of the customer's name, below it. */
static bool is_addressee(const struct taking *t, struct text line)
{
    bool alone;

    return line_begins(line, care_words) ||
           (!line_is_street(line) && has_person(t, line, &alone));
}

static void take_street(struct taking *t)
{
    size_t count = t->lines.count, street = 0, first = 0;

    while (street < count && !line_is_street(t->lines.at[street]))
        street++;
    while (first < street && is_addressee(t, t->lines.at[first]))
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
                        const char *const regions[4], struct arena *arena,
                        struct text parts[ADDRESS_PARTS])
{
    struct taking t = {.customer = customer, .arena = arena, .parts = parts};

    for (size_t i = 1; i < 4 && t.region == NULL; i++)
        t.region = regions[i];
    memset(parts, 0, ADDRESS_PARTS * sizeof(parts[0]));
    if (!split(text, &t.lines)) {
        parts[ADDRESS_STREET] = text_trim(text);
        return;
    }
    take_country(&t);
    take_names(&t);
    take_place(&t);
    take_street(&t);
}
