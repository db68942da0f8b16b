/*
 * text.c - comparing, searching and checking borrowed bytes.
 */
#include "formats/text.h"

#include <string.h>

struct text text_of(const char *string)
{
    return (struct text){string, string != NULL ? strlen(string) : 0};
}

bool text_equal(struct text a, struct text b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.at, b.at, a.size) == 0);
}

bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_of(string));
}

static unsigned char lower(char byte)
{
    /* Not tolower(): the locale has no say in how names compare. */
    return (unsigned char)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);
}

bool text_is_nocase(struct text a, const char *string)
{
    struct text b = text_of(string);

    if (a.size != b.size)
        return false;
    for (size_t i = 0; i < a.size; i++)
        if (lower(a.at[i]) != lower(b.at[i]))
            return false;
    return true;
}

bool text_starts(struct text a, const char *prefix)
{
    size_t size = strlen(prefix);

    return a.size >= size && (size == 0 || memcmp(a.at, prefix, size) == 0);
}

int text_compare(struct text a, struct text b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int order = size > 0 ? memcmp(a.at, b.at, size) : 0;

    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

static bool is_blank(char byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

struct text text_trim(struct text a)
{
    while (a.size > 0 && is_blank(a.at[0])) {
        a.at++;
        a.size--;
    }
    while (a.size > 0 && is_blank(a.at[a.size - 1]))
        a.size--;
    return a;
}

size_t text_find(struct text a, const char *needle)
{
    const char *found;

    if (a.size == 0)
        return 0;
    found = memmem(a.at, a.size, needle, strlen(needle));
    return found != NULL ? (size_t)(found - a.at) : a.size;
}

/* Length of the sequence at a.at[i], or 0 when it is not well-formed. */
static size_t sequence(const unsigned char *at, size_t left)
{
    /* The second byte's range is what keeps out overlong forms, surrogates
     * and code points past U+10FFFF (Unicode, table 3-7). */
    unsigned char low = 0x80, high = 0xbf;
    size_t size;

    if (at[0] < 0x80)
        return 1;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    size = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (left < size)
        return 0;
    if (at[0] == 0xe0)
        low = 0xa0;
    else if (at[0] == 0xed)
        high = 0x9f;
    else if (at[0] == 0xf0)
        low = 0x90;
    else if (at[0] == 0xf4)
        high = 0x8f;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if (at[i] < 0x80 || at[i] > 0xbf)
            return 0;
    return size;
}

/* Without a way out of the loop many bytes are looked at together. */
bool text_is_printable(struct text a)
{
    unsigned odd = 0;

    for (size_t i = 0; i < a.size; i++) {
        unsigned char byte = (unsigned char)a.at[i];

        odd |= (byte < 0x20) | (byte > 0x7e);
    }
    return odd == 0;
}

bool text_is_utf8(struct text a)
{
    const unsigned char *at = (const unsigned char *)a.at;
    size_t i = 0;

    while (i < a.size) {
        uint64_t word;
        size_t size;

        /* Nearly all of a file is ASCII: eight bytes at a time. */
        while (i + sizeof(word) <= a.size) {
            memcpy(&word, at + i, sizeof(word));
            if ((word & 0x8080808080808080u) != 0)
                break;
            i += sizeof(word);
        }
        if (i == a.size)
            break;
        size = sequence(at + i, a.size - i);
        if (size == 0)
            return false;
        i += size;
    }
    return true;
}

size_t text_length(struct text a)
{
    size_t length = 0;

    for (size_t i = 0; i < a.size; i++)
        length += ((unsigned char)a.at[i] & 0xc0) != 0x80;
    return length;
}

bool text_to_u64(struct text a, uint64_t *out)
{
    uint64_t value = 0;

    if (a.size == 0)
        return false;
    for (size_t i = 0; i < a.size; i++) {
        unsigned digit = (unsigned)a.at[i] - '0';

        if (digit > 9 || __builtin_mul_overflow(value, 10u, &value) ||
            __builtin_add_overflow(value, digit, &value))
            return false;
    }
    *out = value;
    return true;
}
