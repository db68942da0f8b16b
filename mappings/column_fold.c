/*
 * column_fold.c - names of columns as they are compared.
 */
#include "mappings/columns.h"

#include <string.h>

#include "formats/format.h"
#include "mappings/clean.h"

/* NBSP counts as a blank: spreadsheets leave it in headers. */
static size_t skipped(struct text name, size_t i)
{
    unsigned char c = (unsigned char)name.at[i];

    if (c <= 0x20 || c == '.' || c == '_' || c == 0x7F)
        return 1;
    if (c == 0xC2 && i + 1 < name.size && (unsigned char)name.at[i + 1] == 0xA0)
        return 2;
    return 0;
}

static bool is_mark(char c)
{
    return c == '*' || c == '^' || c == '@';
}

size_t column_fold(struct text name, char *out)
{
    struct arena *arena = NULL;
    size_t size = 0, start = 0;
    bool plain = true;

    if (is_reason_column(name)) {
        memcpy(out, name.at, name.size);
        return name.size;
    }
    for (size_t i = 0; i < name.size; i++)
        plain = plain && (unsigned char)name.at[i] < 0x80;
    if (!plain) {
        arena = arena_open();
        name = fold_name(name, arena);
    }
    for (size_t i = 0; i < name.size && size < COLUMN_NAME_MAX;) {
        size_t blank = skipped(name, i);
        char c = name.at[i];

        if (blank > 0) {
            i += blank;
            continue;
        }
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        out[size++] = c;
        i++;
    }
    arena_close(arena);
    while (size > 0 && is_mark(out[size - 1]))
        size--;
    while (start < size && is_mark(out[start]))
        start++;
    memmove(out, out + start, size - start);
    return size - start;
}

bool columns_same(struct text a, struct text b)
{
    char left[COLUMN_NAME_MAX], right[COLUMN_NAME_MAX];
    size_t n = column_fold(a, left), m = column_fold(b, right);

    return n == m && memcmp(left, right, n) == 0;
}
