/* show.c - see show.h. */
#include "sync/show.h"

#include "mappings/fold.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What is no letter is passed over byte by byte. */
static size_t letter_size(struct text rest)
{
    unsigned char first = (unsigned char)rest.at[0];
    size_t size = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;

    return size <= rest.size && text_is_utf8((struct text){rest.at, size})
               ? size
               : 1;
}

/* Controls move the cursor; marks of direction turn round what stands beside
 * them. */
static bool is_safe(struct text letter)
{
    const unsigned char *at = (const unsigned char *)letter.at;

    if (letter.size == 1)
        return at[0] >= 0x20 && at[0] < 0x7f;
    if (letter.size == 2)
        return at[0] != 0xc2 || at[1] >= 0xa0;
    if (letter.size == 3 && at[0] == 0xe2 && at[1] == 0x80)
        return at[2] < 0x8e || (at[2] > 0x8f && at[2] < 0xa8) || at[2] > 0xae;
    return letter.size != 3 || at[0] != 0xe2 || at[1] != 0x81 || at[2] < 0xa6 ||
           at[2] > 0xa9;
}

static bool is_gap(char byte)
{
    return byte == '\n' || byte == '\r' || byte == '\t';
}

void show_safely(struct buffer *out, struct text text, size_t letters)
{
    for (size_t shown = 0; text.size > 0; shown++) {
        struct text letter = {text.at, letter_size(text)};

        if (shown == letters) {
            buffer_string(out, "...");
            return;
        }
        if (is_safe(letter))
            buffer_text(out, letter);
        else
            buffer_byte(out, is_gap(letter.at[0]) ? ' ' : '?');
        text.at += letter.size;
        text.size -= letter.size;
    }
}

/* --- lines -----------------------------------------------------------------*/

enum {
    LABEL_MAX = 20, /* behind a label of a table, words begin here at latest */
    NARROWEST = 20  /* below that there is no use in it */
};

static size_t blanks_at(struct text line, size_t at)
{
    size_t end = at;

    while (end < line.size && line.at[end] == ' ')
        end++;
    return end - at;
}

/* Where the line goes on: under the words behind a label or an arrow, else a
 * little further in than it begins. */
static size_t hanging(struct text line)
{
    size_t begin = blanks_at(line, 0);

    if (line.size - begin > 3 && memcmp(line.at + begin, "-> ", 3) == 0)
        return begin + 3;
    for (size_t at = begin; at < line.size && at < LABEL_MAX; at++) {
        size_t gap = blanks_at(line, at);

        if (gap > 1)
            return at + gap;
        at += gap;
    }
    return begin + 2;
}

/* The end of what still fits: at a blank, or behind one word too long. */
static size_t fitting(struct text line, size_t from, size_t columns)
{
    size_t at = from, end = from, width = 0;

    while (at < line.size) {
        size_t before = at;
        uint32_t point = fold_next(line, &at);

        if (point == ' ' && width <= columns)
            end = before;
        else if (point == ' ')
            return end > from ? end : before;
        width += fold_width(point);
    }
    return width <= columns || end == from ? line.size : end;
}

static void wrap_line(struct buffer *out, struct text line, size_t columns)
{
    size_t hang = hanging(line), from = 0, indent = blanks_at(line, 0);

    if (hang + NARROWEST > columns)
        hang = columns > NARROWEST ? 2 : 0;
    while (from < line.size) {
        size_t skip = from == 0 ? indent : 0;
        size_t end =
            fitting(line, from + skip, columns - (from == 0 ? indent : hang));

        if (from > 0)
            buffer_print(out, "\n%*s", (int)hang, "");
        buffer_text(out, (struct text){line.at + from, end - from});
        from = end + blanks_at(line, end);
    }
}

void show_wrapped(struct buffer *out, struct text lines, size_t columns)
{
    while (lines.size > 0) {
        struct text line = {lines.at, text_find(lines, "\n")};
        size_t whole = line.size + (line.size < lines.size);

        if (fold_columns(line) <= columns || columns < NARROWEST ||
            !text_is_utf8(line) || blanks_at(line, 0) + NARROWEST > columns)
            buffer_text(out, line);
        else
            wrap_line(out, line, columns);
        if (whole > line.size)
            buffer_byte(out, '\n');
        lines.at += whole;
        lines.size -= whole;
    }
}

size_t show_columns(int fd)
{
    struct winsize size;

    if (!isatty(fd))
        return 0;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                : 80;
}
