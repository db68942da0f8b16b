/* csv_plain.c - see csv_plain.h. */
#include "formats/csv_plain.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static struct text trim(struct text cell)
{
    while (cell.size > 0 && is_blank(cell.at[0])) {
        cell.at++;
        cell.size--;
    }
    while (cell.size > 0 && is_blank(cell.at[cell.size - 1]))
        cell.size--;
    return cell;
}

/* So short that a byte holds the sum: a compiler adds sixteen at once. */
static unsigned char count_some(const char *at, unsigned char size, char byte)
{
    unsigned char count = 0;

    for (unsigned char i = 0; i < size; i++)
        count = (unsigned char)(count + (at[i] == byte));
    return count;
}

size_t csv_plain_count(struct text line, char delimiter)
{
    size_t delimiters = 0;

    for (size_t i = 0; i < line.size; i += UINT8_MAX) {
        size_t left = line.size - i;

        delimiters += count_some(
            line.at + i, (unsigned char)(left < UINT8_MAX ? left : UINT8_MAX),
            delimiter);
    }
    return delimiters == 0 && trim(line).size == 0 ? 0 : delimiters + 1;
}

struct text csv_plain_first(struct text *line, char delimiter)
{
    const char *end = memchr(line->at, delimiter, line->size);
    size_t size = end != NULL ? (size_t)(end - line->at) : line->size;
    size_t past = end != NULL ? size + 1 : size;
    struct text cell = {line->at, size};

    line->at += past;
    line->size -= past;
    return trim(cell);
}

struct text csv_plain_last(struct text *line, char delimiter)
{
    const char *before = memrchr(line->at, delimiter, line->size);
    size_t begin = before != NULL ? (size_t)(before - line->at) + 1 : 0;
    struct text cell = {line->at + begin, line->size - begin};

    line->size = begin > 0 ? begin - 1 : 0;
    return trim(cell);
}
