/* show.c - see show.h. */
#include "sync/show.h"

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
