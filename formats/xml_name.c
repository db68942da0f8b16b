/*
 * xml_name.c - see xml_name.h.
 */
#include "formats/xml_name.h"

#include <libxml/tree.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the UTF-8 character that begins here. */
static size_t size_of(char first)
{
    unsigned char byte = (unsigned char)first;

    return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

static uint32_t code_of(const char *at, size_t size)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t code = (unsigned char)at[0] & masks[size];

    for (size_t i = 1; i < size; i++)
        code = code << 6 | ((unsigned char)at[i] & 0x3f);
    return code;
}

/* The size of "_xHHHH_" or "_xHHHHHH_" at the text's begin, or 0. */
static size_t escape(struct text text, uint32_t *code)
{
    char digits[7] = "";
    size_t count;

    if (text.size < 7 || memcmp(text.at, "_x", 2) != 0)
        return 0;
    memcpy(digits, text.at + 2, text.size < 8 ? text.size - 2 : 6);
    count = strspn(digits, "0123456789ABCDEFabcdef");
    if ((count != 4 && count != 6) || count + 2 >= text.size ||
        text.at[count + 2] != '_')
        return 0;
    *code = (uint32_t)strtoul(digits, NULL, 16);
    return count + 3;
}

static bool may_stand(const char *at, size_t size, bool first)
{
    char name[8] = "_";

    memcpy(name + (first ? 0 : 1), at, size);
    name[size + (first ? 0 : 1)] = '\0';
    return xmlValidateNCName((const xmlChar *)name, 0) == 0;
}

/* ASCII that stands as it is: nearly every name, and each is written for every
 * record. */
static bool is_plain(struct text name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = name.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        if (letter || (i > 0 && c >= '0' && c <= '9'))
            continue;
        if (c == '_' ? i + 1 < name.size && name.at[i + 1] == 'x'
                     : i == 0 || (c != '-' && c != '.'))
            return false;
    }
    return name.size > 0;
}

bool xml_name_fits(struct text name)
{
    return name.size > 0 && text_is_utf8(name);
}

bool xml_name_encode(struct text name, struct buffer *out)
{
    size_t size;
    uint32_t code;

    if (is_plain(name)) {
        buffer_text(out, name);
        buffer_byte(out, '\0');
        return true;
    }
    if (!xml_name_fits(name))
        return false;
    for (size_t i = 0; i < name.size; i += size) {
        struct text left = {name.at + i, name.size - i};

        size = size_of(left.at[0]);
        if (escape(left, &code) == 0 && may_stand(left.at, size, i == 0)) {
            buffer_add(out, left.at, size);
            continue;
        }
        code = code_of(left.at, size);
        buffer_print(out, code > 0xffff ? "_x%06X_" : "_x%04X_",
                     (unsigned)code);
    }
    buffer_byte(out, '\0');
    return true;
}

static size_t put(char *to, uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xc0 | code >> 6);
        to[1] = (char)(0x80 | (code & 0x3f));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xe0 | code >> 12);
        to[1] = (char)(0x80 | (code >> 6 & 0x3f));
        to[2] = (char)(0x80 | (code & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | code >> 18);
    to[1] = (char)(0x80 | (code >> 12 & 0x3f));
    to[2] = (char)(0x80 | (code >> 6 & 0x3f));
    to[3] = (char)(0x80 | (code & 0x3f));
    return 4;
}

struct text xml_name_decode(struct text name, struct arena *arena)
{
    char *to;
    size_t size = 0, step;

    if (text_find(name, "_x") == name.size)
        return name;
    to = arena_take(arena, name.size + 1);
    for (size_t i = 0; i < name.size; i += step) {
        uint32_t code = 0;

        step = escape((struct text){name.at + i, name.size - i}, &code);
        /* Half a pair or nothing: then it is a name like any other. */
        if (step > 0 && code != 0 && code <= 0x10ffff &&
            (code < 0xd800 || code > 0xdfff)) {
            size += put(to + size, code);
        } else {
            step = 1;
            to[size++] = name.at[i];
        }
    }
    to[size] = '\0';
    return (struct text){to, size};
}
