/* address_place.c - see address_place.h. */
#include "mappings/address_place.h"

#include <string.h>

/* The longest postcodes, 75201-1234 and 01310-100, have ten characters. */
enum { POSTCODE_MAX = 10 };
/* No house has a number of as many digits. */
enum { LONG_CODE = 6 };

/* What streets are called. */
static const char *const street_words[] = {
    "street", "st",        "road",    "rd",       "avenue",  "ave",   "lane",
    "ln",     "drive",     "dr",      "court",    "ct",      "place", "pl",
    "blvd",   "boulevard", "highway", "hwy",      "parkway", "pkwy",  "square",
    "close",  "terrace",   "tce",     "crescent", "cres",    "way",   "box",
    "route",  "rr",        NULL};
/* What a part of a house is called, or a box in place of one. */
static const char *const inner_words[] = {
    "apt",   "apartment", "ste",      "suite", "unit", "fl",  "floor",
    "level", "bldg",      "building", "rm",    "room", "lot", "shop",
    "flat",  "po",        "p.o",      "gpo",   "pmb",  NULL};

/* --- words -----------------------------------------------------------------*/

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z');
}

static size_t digits_in(struct text text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.size; i++)
        count += is_digit(text.at[i]);
    return count;
}

static bool is_gap(char c)
{
    return c == ' ' || c == '\t';
}

size_t line_words(struct text line, struct text words[LINE_WORDS_MAX])
{
    size_t count = 0, at = 0;

    while (count < LINE_WORDS_MAX) {
        size_t from;

        while (at < line.size && is_gap(line.at[at]))
            at++;
        from = at;
        while (at < line.size && !is_gap(line.at[at]))
            at++;
        if (at == from)
            break;
        words[count++] = (struct text){line.at + from, at - from};
    }
    return count;
}

bool word_is_listed(struct text word, const char *const *list)
{
    while (word.size > 0 && strchr(".,;:", word.at[word.size - 1]) != NULL)
        word.size--;
    for (; *list != NULL; list++)
        if (text_is_nocase(word, *list))
            return true;
    return false;
}

bool line_begins(struct text line, const char *const *list)
{
    struct text words[LINE_WORDS_MAX];

    return line_words(line, words) > 0 && word_is_listed(words[0], list);
}

/* "St Ives" is no street: its word comes first. */
bool line_is_street(struct text line)
{
    struct text words[LINE_WORDS_MAX];
    size_t count = line_words(line, words);

    if (digits_in(line) > 0 || line_begins(line, inner_words))
        return true;
    for (size_t i = 1; i < count; i++)
        if (word_is_listed(words[i], street_words))
            return true;
    return false;
}

static bool is_house_number(struct text word)
{
    size_t digits = digits_in(word);

    return digits > 0 && is_digit(word.at[0]) && word.size - digits <= 1;
}

bool line_is_house(struct text line)
{
    struct text words[LINE_WORDS_MAX];
    size_t count = line_words(line, words);
    bool street = false;

    for (size_t i = 1; i < count; i++)
        street = street || word_is_listed(words[i], street_words);
    return street && is_house_number(words[0]);
}

bool line_is_county(struct text line)
{
    static const char *const first[] = {"county", "co",   "north",   "south",
                                        "east",   "west", "greater", NULL};
    static const char *const last[] = {
        "yorkshire",  "kent",       "essex",    "surrey",   "sussex",
        "norfolk",    "suffolk",    "devon",    "cornwall", "dorset",
        "somerset",   "cumbria",    "avon",     "rutland",  "merseyside",
        "middlesex",  "humberside", "wight",    "wear",     "northumberland",
        "cleveland",  "gwynedd",    "powys",    "clwyd",    "dyfed",
        "gwent",      "glamorgan",  "anglesey", "fife",     "lothian",
        "midlothian", "angus",      "antrim",   "armagh",   "down",
        "fermanagh",  "tyrone",     NULL};
    static const char shire[] = "shire";
    struct text words[LINE_WORDS_MAX], end;
    size_t count = line_words(line, words);

    if (count == 0)
        return false;
    end = words[count - 1];
    if (end.size > strlen(shire))
        end = (struct text){end.at + end.size - strlen(shire), strlen(shire)};
    return (count > 1 && word_is_listed(words[0], first)) ||
           word_is_listed(words[count - 1], last) || text_is_nocase(end, shire);
}

static struct text part_of(struct text text, size_t from, size_t to)
{
    return text_trim((struct text){text.at + from, to - from});
}

/* From one of the words up to another, as they stand in the line. */
static struct text run(const struct text *words, size_t from, size_t to)
{
    if (from == to)
        return (struct text){0};
    return (struct text){words[from].at,
                         (size_t)(words[to - 1].at - words[from].at) +
                             words[to - 1].size};
}

/* --- postcodes -------------------------------------------------------------*/

/* A stands for a letter, 9 for a digit, ? for either. */
static bool has_shape(struct text word, const char *shape)
{
    if (strlen(shape) != word.size)
        return false;
    for (size_t i = 0; i < word.size; i++) {
        bool letter = is_letter(word.at[i]), digit = is_digit(word.at[i]);

        if ((shape[i] == 'A' && !letter) || (shape[i] == '9' && !digit) ||
            (!letter && !digit))
            return false;
    }
    return true;
}

static bool is_british(struct text word)
{
    static const char *const shapes[] = {"A9",  "A99",  "A9A",
                                         "AA9", "AA99", "AA9A"};

    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (has_shape(word, shapes[i]))
            return true;
    return false;
}

bool code_is_british(struct text code)
{
    struct text words[LINE_WORDS_MAX];

    return line_words(code, words) == 2 && is_british(words[0]) &&
           has_shape(words[1], "9AA");
}

/* SW1A 1AA, M5V 2T6, D02 X285, 1012 AB, 113 46 */
static bool is_pair(struct text one, struct text two)
{
    return (is_british(one) && has_shape(two, "9AA")) ||
           (has_shape(one, "A9A") && has_shape(two, "9A9")) ||
           (has_shape(one, "A9?") && has_shape(two, "A???") &&
            digits_in(two) > 0) ||
           (has_shape(one, "9999") && has_shape(two, "AA") &&
            is_upper(two.at[0]) && is_upper(two.at[1])) ||
           (has_shape(one, "999") && has_shape(two, "99"));
}

/* 2000, 75201-1234, D-80331, SW1A1AA */
static bool is_single(struct text word)
{
    if (word.size < 3 || word.size > POSTCODE_MAX || digits_in(word) < 2)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (!is_letter(word.at[i]) && !is_digit(word.at[i]) &&
            (word.at[i] != '-' || i == 0))
            return false;
    return true;
}

/* How many of the last words, or of the first, are a postcode. */
static size_t postcode_words(const struct text *words, size_t count, bool last)
{
    if (count >= 2 &&
        is_pair(words[last ? count - 2 : 0], words[last ? count - 1 : 1]))
        return 2;
    return count >= 1 && is_single(words[last ? count - 1 : 0]) ? 1 : 0;
}

/* --- the line --------------------------------------------------------------*/

static struct text without_dot(struct text word)
{
    if (word.size > 0 && word.at[word.size - 1] == '.')
        word.size--;
    return word;
}

/* NSW, TX, Tx. */
static bool is_state(struct text word)
{
    word = without_dot(word);
    return has_shape(word, "AA")
               ? is_upper(word.at[0])
               : has_shape(word, "AAA") && is_upper(word.at[0]) &&
                     is_upper(word.at[1]) && is_upper(word.at[2]);
}

static struct text state_of(struct text text)
{
    return is_state(text) ? without_dot(text) : text;
}

/* Where the text behind the last comma begins; 0: there is none. */
static size_t behind_comma(struct text text)
{
    size_t at = text.size;

    while (at > 0 && text.at[at - 1] != ',')
        at--;
    return at;
}

/* "Dallas, TX 75201", "Leeds, West Yorkshire LS1 4DY", "Berlin, 10115",
 * "Perth, WA, 6000", "Dublin, Leinster" */
static bool take_behind_comma(struct text line, struct town *town)
{
    struct text words[LINE_WORDS_MAX], rest;
    size_t comma = behind_comma(line), count, code;

    if (comma == 0)
        return false;
    town->city = part_of(line, 0, comma - 1);
    rest = part_of(line, comma, line.size);
    count = line_words(rest, words);
    if (town->city.size == 0 || count == 0 || count == LINE_WORDS_MAX ||
        is_digit(town->city.at[0]) || line_begins(town->city, inner_words))
        return false;
    code = postcode_words(words, count, true);
    if (code == 0 && digits_in(rest) > 0)
        return false;
    town->postal_code = run(words, count - code, count);
    town->state = state_of(run(words, 0, count - code));
    comma = behind_comma(town->city);
    if (town->state.size == 0 && comma > 1) {
        town->state = state_of(part_of(town->city, comma, town->city.size));
        town->city = part_of(town->city, 0, comma - 1);
    }
    return true;
}

/* "Sydney NSW 2000", "London SW1A 1AA", "NSW 2000", "LS1 4DY",
 * "São Paulo - SP 01304-001" */
static bool take_code_last(struct text line, struct town *town)
{
    struct text words[LINE_WORDS_MAX];
    size_t count = line_words(line, words), code, city;

    code = count < LINE_WORDS_MAX ? postcode_words(words, count, true) : 0;
    city = count - code;
    if (code == 0 || line_is_street(run(words, 0, city)))
        return false;
    town->postal_code = run(words, city, count);
    if (city > 0 && is_state(words[city - 1]))
        town->state = without_dot(words[--city]);
    while (city > 0 && text_is(words[city - 1], "-"))
        city--;
    town->city = run(words, 0, city);
    return true;
}

bool line_is_coded_town(struct text line, struct town *town)
{
    *town = (struct town){0};
    return take_code_last(line, town) && town->city.size > 0 &&
           town->state.size == 0 && digits_in(town->postal_code) >= LONG_CODE;
}

/* "80331 München", "1012 AB Amsterdam" */
static bool take_code_first(struct text line, struct town *town)
{
    struct text words[LINE_WORDS_MAX];
    size_t count = line_words(line, words), code;

    code = count < LINE_WORDS_MAX ? postcode_words(words, count, false) : 0;
    if (code == 0 || code == count || line_is_street(run(words, code, count)))
        return false;
    town->postal_code = run(words, 0, code);
    town->city = run(words, code, count);
    return true;
}

/* "VIC": in capitals it is nobody's name, where somebody stands above. */
static bool take_state(struct text line, struct town *town)
{
    if (line.size < 2 || !is_state(line) || !is_upper(line.at[line.size - 1]))
        return false;
    town->state = line;
    return true;
}

/* "Perth", "Perth WA" */
static bool take_bare(struct text line, struct town *town)
{
    struct text words[LINE_WORDS_MAX];
    size_t count = line_words(line, words);

    if (count == 0 || count == LINE_WORDS_MAX || line_is_street(line))
        return false;
    if (count > 1 && is_state(words[count - 1]))
        town->state = without_dot(words[--count]);
    town->city = run(words, 0, count);
    return true;
}

bool line_is_place(struct text line, struct surroundings around,
                   struct town *town)
{
    bool likely = around.street_above || around.country_below;

    *town = (struct town){0};
    if (take_behind_comma(line, town) && (likely || town->postal_code.size > 0))
        return true;
    *town = (struct town){0};
    return take_code_last(line, town) ||
           (around.street_above && take_code_first(line, town)) ||
           (around.lines_above && take_state(line, town)) ||
           (likely && take_bare(line, town));
}
