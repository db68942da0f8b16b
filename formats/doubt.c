/*
 * doubt.c - see doubt.h.
 */
#include "formats/doubt.h"

#include "formats/encoding.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the character that this one begins; 0: it begins none. */
static size_t size_of(unsigned char byte)
{
    return byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
}

static void see_letter(struct doubt *doubt, unsigned char byte)
{
    doubt->pending[doubt->pending_size++] = byte;
    if (doubt->pending_size < size_of(doubt->pending[0]))
        return;
    if (!text_is_utf8(
            (struct text){(const char *)doubt->pending, doubt->pending_size}))
        doubt->broken = true;
    if (doubt->first_line == 0) {
        doubt->first_line = doubt->line + 1;
        doubt->first_size = doubt->pending_size;
        memcpy(doubt->first, doubt->pending, doubt->pending_size);
    }
    doubt->pending_size = 0;
}

void doubt_see(struct doubt *doubt, struct text bytes)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    const unsigned char *end = at + bytes.size;

    for (; at < end && !doubt->broken; at++) {
        doubt->line += *at == '\n';
        if (*at < 0x80)
            doubt->broken = doubt->pending_size > 0;
        else
            see_letter(doubt, *at);
    }
}

bool doubt_holds(const struct doubt *doubt)
{
    return !doubt->broken && doubt->pending_size == 0 && doubt->first_line > 0;
}

enum status doubt_settle(const struct doubt *doubt, const char *encoding,
                         const char *name, struct err *err)
{
    struct text letter = {(const char *)doubt->first, doubt->first_size};
    struct buffer usual = {0};
    const char *label = encoding_label(encoding);
    char bytes[16] = "";

    if (!doubt_holds(doubt))
        return OK;
    for (size_t i = 0; i < doubt->first_size; i++)
        (void)snprintf(bytes + 3 * i, 4, "%02x ", doubt->first[i]);
    if (!encoding_read(encoding, letter, &usual))
        buffer_string(&usual, "nothing");
    (void)fail(err, STOP, EXIT_DATA, "encoding_doubt",
               "such a file usually is %s, but every letter beyond ASCII in it "
               "is good UTF-8 too: the bytes %sare '%.*s' in UTF-8 and '%.*s' "
               "in %s",
               label, bytes, TEXT_ARGS(letter), TEXT_ARGS(buffer_view(&usual)),
               label);
    err_hint(err, "say which is right: --encoding utf-8 or --encoding %s",
             label);
    err_place(err, "%s:%llu", name, (unsigned long long)doubt->first_line);
    buffer_free(&usual);
    return STOP;
}
