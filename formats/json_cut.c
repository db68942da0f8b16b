/*
 * json_cut.c - matching brackets.
 */
#include "formats/json_cut.h"

static bool push(struct cut *cut, bool square)
{
    uint64_t bit = UINT64_C(1) << (cut->depth % 64);

    if (cut->depth == CUT_DEPTH_MAX)
        return false;
    if (square)
        cut->square[cut->depth / 64] |= bit;
    else
        cut->square[cut->depth / 64] &= ~bit;
    cut->depth++;
    return true;
}

static bool pop(struct cut *cut, bool square)
{
    if (cut->depth == 0)
        return false;
    cut->depth--;
    return (cut->square[cut->depth / 64] >> (cut->depth % 64) & 1) == square;
}

/* Behind the closing quote, or to the end of the bytes. */
static size_t skip_string(struct cut *cut, struct text bytes, size_t i)
{
    for (; i < bytes.size; i++) {
        if (cut->escaped) {
            cut->escaped = false;
        } else if (bytes.at[i] == '\\') {
            cut->escaped = true;
        } else if (bytes.at[i] == '"') {
            cut->in_string = false;
            return i + 1;
        }
    }
    return i;
}

enum cut_state cut_value(struct cut *cut, struct text bytes, size_t *i)
{
    while (*i < bytes.size) {
        char byte = bytes.at[*i];

        if (cut->in_string) {
            *i = skip_string(cut, bytes, *i);
            if (!cut->in_string && cut->depth == 0)
                return CUT_DONE;
            continue;
        }
        (*i)++;
        switch (byte) {
        case '"':
            cut->in_string = true;
            break;
        case '{':
        case '[':
            if (!push(cut, byte == '['))
                return CUT_DEEP;
            break;
        case '}':
        case ']':
            if (!pop(cut, byte == ']'))
                return CUT_BROKEN;
            if (cut->depth == 0)
                return CUT_DONE;
            break;
        default:
            break;
        }
    }
    return CUT_MORE;
}
