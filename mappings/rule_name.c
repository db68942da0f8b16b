/*
 * rule_name.c - first and last name out of a whole name in one column.
 *
 * "Smith, John" says which is which; in "John van Smith" the last word is the
 * last name. What ends as companies do has neither: "Acme Pty Ltd" is nobody.
 */
#include "mappings/rule.h"

#include <string.h>

enum { ENDING_MAX = 16 };

/* What no surname is; then what may be one, and only counts after a comma. */
static const char *const endings[] = {
    "inc", "incorporated", "ltd", "limited", "llc",         "llp",
    "plc", "gmbh",         "pty", "corp",    "corporation", NULL};
static const char *const doubtful[] = {
    "co", "company", "lp", "ag", "kg",  "sa",  "sas", "sarl", "bv",
    "nv", "ab",      "oy", "as", "aps", "srl", "spa", NULL};
/* "John Smith, PhD": no first name follows this comma. */
static const char *const titles[] = {"jr", "sr",  "ii",  "iii", "iv", "phd",
                                     "md", "esq", "dds", "cpa", NULL};

static bool is_gap(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Cuts the first word off the rest. */
static struct text next_word(struct text *rest)
{
    struct text word;
    size_t size = 0;

    *rest = text_trim(*rest);
    while (size < rest->size && !is_gap(rest->at[size]))
        size++;
    word = (struct text){rest->at, size};
    rest->at += size;
    rest->size -= size;
    return word;
}

/* Without dots and commas: "L.L.C." is LLC. */
static bool is_listed(struct text word, const char *const *list)
{
    char plain[ENDING_MAX];
    size_t size = 0;

    for (size_t i = 0; i < word.size; i++) {
        if (word.at[i] == '.' || word.at[i] == ',')
            continue;
        if (size + 1 == sizeof(plain))
            return false;
        plain[size++] = word.at[i];
    }
    for (; *list != NULL; list++)
        if (text_is_nocase((struct text){plain, size}, *list))
            return true;
    return false;
}

/* All words are of the lists: "Pty Ltd", "GmbH & Co. KG". */
static bool all_listed(struct text text, const char *const *one,
                       const char *const *other)
{
    bool any = false;

    while (text_trim(text).size > 0) {
        struct text word = next_word(&text);

        if (text_is(word, "&"))
            continue;
        if (!is_listed(word, one) && !is_listed(word, other))
            return false;
        any = true;
    }
    return any;
}

/* Where the last word begins. */
static size_t last_word(struct text text)
{
    size_t at = text.size;

    while (at > 0 && !is_gap(text.at[at - 1]))
        at--;
    return at;
}

struct text name_part(struct text whole, enum name_part part)
{
    struct text none = {0}, before, after = {0};
    size_t comma, last;

    whole = before = text_trim(whole);
    comma = text_find(whole, ",");
    if (comma < whole.size) {
        before = text_trim((struct text){whole.at, comma});
        after = text_trim(
            (struct text){whole.at + comma + 1, whole.size - comma - 1});
        if (all_listed(after, endings, doubtful))
            return none;
    }
    last = last_word(before);
    if (is_listed((struct text){before.at + last, before.size - last}, endings))
        return none;
    if (after.size > 0 && !all_listed(after, titles, titles))
        return part == PART_LAST ? before : after;
    /* One word is what people are called by; "Smith," is not. */
    if (last == 0 && comma == whole.size)
        return part == PART_FIRST ? before : none;
    if (part == PART_FIRST)
        return text_trim((struct text){before.at, last});
    return (struct text){whole.at + last,
                         (after.size > 0 ? whole.size : before.size) - last};
}
