/*
 * clean_phone_read.c - the number that stands in a cell.
 *
 * The rules of numbers are libphonenumber's (phone.cc), what spreadsheets do
 * to a number is clean_phone_cell.c; here is what people do to a cell: several
 * numbers, words around one.
 */
#include "mappings/cleaners.h"

#include "mappings/fold.h"
#include "mappings/phone.h"

#include <stdio.h>
#include <string.h>

enum {
    /* A cell longer than this is a note; libphonenumber's own limit is 250
     * for one number. */
    CELL_MAX = 500,
    PIECES_MAX = 8,
    WORD_MAX = 24, /* bytes; the longest word for a phone has 18 */
    /* E.164 has 15 digits; a prefix, a trunk zero and an extension beside them.
     * What has more in one piece is a list of something else, and asking the
     * library about every part of it would take a second a cell. */
    DIGITS_MAX = 30,
    DIGITS_MIN = 4, /* of one of two numbers with a blank between */
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

static size_t count_digits(struct text text)
{
    size_t count = 0, at = 0;

    while (at < text.size)
        count += fold_is_digit(fold_next(text, &at));
    return count;
}

/* --- several numbers ------------------------------------------------------*/

/* Bytes of a separator at the start of text, or 0. */
static size_t separator(struct text text)
{
    static const char *const words[] = {" ::: ", " or ", " and ", " & ",
                                        /* What stands for / , ; in the East. */
                                        "\uff0f", "\uff0c", "\uff1b", "\u3001"};

    if (text.at[0] != '\0' && strchr("/,;|\n\r\t", text.at[0]) != NULL)
        return 1;
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        size_t size = strlen(words[i]);

        if (text.size >= size &&
            text_is_nocase((struct text){text.at, size}, words[i]))
            return size;
    }
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

/* phone_parse or phone_search */
typedef bool reading(const char *text, size_t size, const char *region,
                     struct phone_found *found);

/* 00 is the international prefix nearly everywhere, 011 that of America, 0011
 * that of Australia; and where a file comes from need not be the row's
 * country. */
static bool read_dialled(reading *read, struct text text,
                         struct phone_found *found)
{
    static const char *const prefixes[] = {"00", "011", "0011"};
    char full[CELL_MAX + 1];

    text = text_trim(text);
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++) {
        size_t size = strlen(prefixes[i]);

        if (!text_starts(text, prefixes[i]) || text.size > CELL_MAX)
            continue;
        full[0] = '+';
        memcpy(full + 1, text.at + size, text.size - size);
        if (read(full, text.size - size + 1, NULL, found))
            return true;
    }
    return false;
}

static bool read_one(reading *read, struct text text,
                     const char *const regions[4], struct phone_found *found)
{
    if (count_digits(text) > 2 * DIGITS_MAX)
        return false;
    /* With its country code a number needs no region, with a foreign one
     * neither. */
    if ((text_find(text, "+") < text.size ||
         text_find(text, "\uff0b") < text.size) &&
        read(text.at, text.size, NULL, found))
        return true;
    for (int i = 0; i < 4; i++)
        if (region_given(regions[i]) &&
            read(text.at, text.size, regions[i], found))
            return true;
    return read_dialled(read, text, found);
}

/* "0412 345 678 0413 111 222": a blank with a whole number on each side. */
static bool read_pair(struct text text, const char *const regions[4],
                      struct phone_found *found)
{
    struct phone_found other;
    size_t all = count_digits(text), before = 0;

    for (size_t i = 1; i < text.size && all <= 2 * DIGITS_MAX; i++) {
        struct text left = {text.at, i};
        struct text right = {text.at + i, text.size - i};

        before += text.at[i - 1] >= '0' && text.at[i - 1] <= '9';
        if (text.at[i] == ' ' && text.at[i - 1] != ' ' &&
            before >= DIGITS_MIN && before <= DIGITS_MAX &&
            all - before >= DIGITS_MIN && all - before <= DIGITS_MAX &&
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
        if (read_one(phone_search, pieces[i], regions, found)) {
            *several = *several || found->more;
            return true;
        }
    return false;
}

/* --- zeros that a spreadsheet took off -------------------------------------*/

static bool is_number(struct text text)
{
    enum { SHORTEST = 4, LONGEST = 17 };

    if (text.size < SHORTEST || text.size > LONGEST || text.at[0] == '0')
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
    return true;
}

/* Where a number keeps its zero behind the country code (Italy, Ivory Coast),
 * it is none without; elsewhere the library does not miss it. */
static bool read_with_zero(struct text text, const char *const regions[4],
                           struct phone_found *found)
{
    char full[32];
    int size;

    if (!is_number(text))
        return false;
    size = snprintf(full, sizeof(full), "0%.*s", TEXT_ARGS(text));
    for (int i = 0; i < 4; i++)
        if (region_given(regions[i]) &&
            phone_parse(full, (size_t)size, regions[i], found))
            return true;
    return false;
}

/* Whether the number is written with a zero that does not stand here. */
static bool lacks_zero(struct text text, const char *const regions[4],
                       const char *e164)
{
    char local[40];

    if (!is_number(text) || strlen(e164) <= text.size ||
        memcmp(e164 + strlen(e164) - text.size, text.at, text.size) != 0)
        return false;
    for (int i = 0; i < 4; i++)
        if (region_given(regions[i]) &&
            phone_local(e164, strlen(e164), regions[i], local, sizeof(local)))
            return local[0] == '0' && text_is(text, local + 1);
    return false;
}

/* --- words beside a number ------------------------------------------------*/

/* What labels a number, or its extension, and tells no more than the column. */
static bool is_label(const char *word)
{
    static const char *const labels[] = {"cel",
                                         "cell",
                                         "cellphone",
                                         "cellular",
                                         "context",
                                         "direct",
                                         "ext",
                                         "extension",
                                         "extn",
                                         "fax",
                                         "fixe",
                                         "fon",
                                         "gsm",
                                         "handy",
                                         "home",
                                         "hp",
                                         "int",
                                         "isub",
                                         "landline",
                                         "main",
                                         "mob",
                                         "mobil",
                                         "mobile",
                                         "no",
                                         "num",
                                         "number",
                                         "office",
                                         "or",
                                         "phone",
                                         "ph",
                                         "portable",
                                         "sms",
                                         "tel",
                                         "telefon",
                                         "telefono",
                                         "telefone",
                                         "telephone",
                                         "text",
                                         "tfno",
                                         "tlf",
                                         "whatsapp",
                                         "work",
                                         "anexo",
                                         "callto",
                                         "wsp",
                                         "m\u00f3vil",
                                         "tel\u00e9fono",
                                         "t\u00e9l",
                                         "t\u00e9l\u00e9phone",
                                         "\u0434\u043e\u0431",
                                         "\u0442\u0435\u043b",
                                         "\u043c\u043e\u0431",
                                         "\u96fb\u8a71",
                                         "\u643a\u5e2f"};

    for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
        if (strcmp(word, labels[i]) == 0)
            return true;
    return false;
}

/* Any word that is more than a label; single letters are not. */
static bool has_words(struct text text)
{
    char word[WORD_MAX + 1];
    size_t at = 0, size = 0, letters = 0;
    bool more = true;

    while (more) {
        size_t begin = at;
        uint32_t point;

        more = at < text.size;
        point = more ? fold_next(text, &at) : 0;
        if (fold_is_word(point) && !fold_is_digit(point)) {
            letters++;
            for (; begin < at && size < WORD_MAX; begin++)
                word[size++] = (char)(point >= 'A' && point <= 'Z'
                                          ? point + 32
                                          : (unsigned char)text.at[begin]);
            continue;
        }
        word[size] = '\0';
        if (letters > 1 && !is_label(word))
            return true;
        size = letters = 0;
    }
    return false;
}

/* --- the cell --------------------------------------------------------------*/

static bool find_number(struct text text, const char *const regions[4],
                        struct phone_answer *answer, struct phone_found *found)
{
    if (read_one(phone_parse, text, regions, found)) {
        answer->restored = lacks_zero(text, regions, found->e164);
        return true;
    }
    answer->restored = read_with_zero(text, regions, found);
    return answer->restored ||
           read_pieces(text, regions, found, &answer->several);
}

void phone_read_cell(struct text text, const char *const regions[4],
                     struct phone_answer *answer)
{
    struct phone_found found = {0};
    char plain[CELL_MAX];
    bool home = false;

    answer->fault = PHONE_LOST;
    if (!phone_unspoil(&text, plain, sizeof(plain), &answer->expanded))
        return;
    answer->fault = PHONE_INVALID;
    if (text.size > CELL_MAX || !has_digit(text))
        return;
    if (find_number(text, regions, answer, &found)) {
        if (found.extension && is_two(text, regions)) {
            answer->several = true;
            found.extension = false;
        }
        answer->fault = PHONE_GOOD;
        answer->mobile = found.mobile;
        answer->extension = found.extension;
        answer->words = !answer->several && has_words(text);
        memcpy(answer->e164, found.e164, sizeof(answer->e164));
        return;
    }
    for (int i = 0; i < 4; i++)
        home = home || region_given(regions[i]);
    if (!home && text_find(text, "+") == text.size)
        answer->fault = PHONE_NO_REGION;
}
