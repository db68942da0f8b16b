/*
 * clean_postcode.c - postcodes that a spreadsheet took for amounts.
 *
 * Which countries have codes that begin with zeros, and which ones those are,
 * stands in data/postcodes.csv: "US,5,005 01" means five digits, and that codes
 * with a zero begin with 005 or 01; "5-4" is 02134-1234. A code of a country
 * that is not listed is never doubted.
 */
#include "mappings/cleaners.h"

#include "formats/format.h"
#include "mappings/folders.h"

#include <string.h>

enum {
    SHAPES_MAX = 500,
    /* No country has more digits. */
    CODE_MAX = 12,
};

struct shape {
    char country[3];
    size_t digits, behind; /* "5-4" is 5 and 4; behind is 0 without a hyphen */
    struct text begins;    /* apart by blanks */
};

static struct arena *kept; /* lives as long as the process */
static struct shape shapes[SHAPES_MAX];
static size_t count;

/* --- the file -------------------------------------------------------------*/

static bool read_shape(struct text text, struct shape *shape)
{
    size_t hyphen = text_find(text, "-");
    uint64_t digits, behind = 0;

    if (!text_to_u64((struct text){text.at, hyphen}, &digits))
        return false;
    if (hyphen < text.size &&
        !text_to_u64(
            (struct text){text.at + hyphen + 1, text.size - hyphen - 1},
            &behind))
        return false;
    shape->digits = (size_t)digits;
    shape->behind = (size_t)behind;
    return digits > 1 && digits + behind < CODE_MAX;
}

static enum status add_shape(const struct node *row, struct err *err)
{
    struct shape *shape = &shapes[count];
    struct text country = node_member_text(row, "country");

    if (count == SHAPES_MAX || country.size != 2 ||
        !read_shape(node_member_text(row, "shape"), shape)) {
        fail(err, STOP, EXIT_CONFIG, "bad_data_file",
             "not a country and how many digits its postcodes have");
        err_hint(err, "the columns are country, shape and begins: AU,4,02 08");
        return STOP;
    }
    memcpy(shape->country, country.at, 2);
    shape->begins = arena_text(kept, node_member_text(row, "begins"));
    count++;
    return OK;
}

enum status postcodes_open(struct err *err)
{
    enum status status;

    if (kept != NULL)
        return OK;
    kept = arena_open();
    count = 0;
    status = data_rows("data/postcodes.csv", add_shape, err);
    if (status == OK)
        return OK;
    arena_close(kept);
    kept = NULL;
    return status;
}

/* --- one code -------------------------------------------------------------*/

static size_t digits_of(struct text text, size_t at)
{
    size_t begin = at;

    while (at < text.size && text.at[at] >= '0' && text.at[at] <= '9')
        at++;
    return at - begin;
}

/* Whether codes begin so, and with at least so many zeros as are missing. */
static bool begins_so(const struct shape *shape, const char *code,
                      size_t missing)
{
    struct text rest = shape->begins;

    while (rest.size > 0) {
        size_t end = text_find(rest, " ");
        struct text word = {rest.at, end};
        size_t zeros = 0;

        while (zeros < word.size && word.at[zeros] == '0')
            zeros++;
        if (zeros >= missing && strncmp(code, word.at, word.size) == 0)
            return true;
        end = end < rest.size ? end + 1 : end;
        rest = (struct text){rest.at + end, rest.size - end};
    }
    return false;
}

/* The code with its zeros in out; false when it does not lack any. */
static bool fill(const struct shape *shape, struct text text, char *out)
{
    size_t digits = digits_of(text, 0), missing = shape->digits - digits;
    size_t tail = text.size - digits;

    if (digits == 0 || digits >= shape->digits || text.at[0] == '0')
        return false;
    if (shape->behind == 0
            ? tail != 0
            : tail != shape->behind + 1 || text.at[digits] != '-' ||
                  digits_of(text, digits + 1) != shape->behind)
        return false;
    memset(out, '0', missing);
    memcpy(out + missing, text.at, text.size);
    out[missing + text.size] = '\0';
    return begins_so(shape, out, missing);
}

/*
 * The address's own country. In a file without such a column the region that
 * somebody set for it is its country; a country cell that is blank or wrong
 * tells nothing.
 */
static const char *country_of(const struct washing *washing)
{
    enum field field = washing->field == FIELD_SHIPPING_POSTAL_CODE
                           ? FIELD_SHIPPING_COUNTRY
                           : FIELD_BILLING_COUNTRY;
    const struct value *value = customer_get(washing->customer, field);

    if (value->presence == VALUE_SET)
        return value->text.at;
    for (int i = 1; value->presence == VALUE_ABSENT && i < 4; i++)
        if (washing->cleaning->regions[i] != NULL &&
            strlen(washing->cleaning->regions[i]) == 2)
            return washing->cleaning->regions[i];
    return NULL;
}

struct text wash_postcode(const struct washing *washing, struct text text)
{
    const char *country = country_of(washing);
    char filled[CODE_MAX + 2];

    /* What begins with a zero has not lost it, and names have no digits. */
    if (country == NULL || text.size >= CODE_MAX || text.at[0] < '1' ||
        text.at[0] > '9')
        return text;
    data_needed(postcodes_open);
    for (size_t i = 0; i < count; i++) {
        if (shapes[i].country[0] != country[0] ||
            shapes[i].country[1] != country[1] ||
            !fill(&shapes[i], text, filled))
            continue;
        if (washing->cleaning->repair & REPAIR_LOST_ZERO) {
            wash_note(washing, "zero_restored", "\"%.*s\" is read as %s",
                      TEXT_ARGS(text), filled);
            return arena_text(washing->arena, text_of(filled));
        }
        wash_warn(washing, "lost_zero",
                  "\"%.*s\" has too few digits for %.2s: perhaps %s",
                  TEXT_ARGS(text), country, filled);
        return text;
    }
    return text;
}
