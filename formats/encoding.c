/*
 * encoding.c - the home of iconv.
 */
#include "formats/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct encoding {
    iconv_t iconv;
    const char *name;
};

/* What people write, and what iconv is told. */
static const struct {
    const char *written, *name;
} encodings[] = {
    {"utf-8", "UTF-8"},
    {"utf8", "UTF-8"},
    {"us-ascii", "US-ASCII"},
    {"ansi_x3.4-1968", "US-ASCII"},
    {"ascii", "US-ASCII"},
    {"utf-16le", "UTF-16LE"},
    {"utf16le", "UTF-16LE"},
    {"utf16be", "UTF-16BE"},
    {"utf-16be", "UTF-16BE"},
    {"utf-32le", "UTF-32LE"},
    {"utf-32be", "UTF-32BE"},
    {"windows-1250", "CP1250"},
    {"windows-1251", "CP1251"},
    {"windows-1252", "CP1252"},
    {"windows-1253", "CP1253"},
    {"windows-1254", "CP1254"},
    {"windows-1255", "CP1255"},
    {"windows-1256", "CP1256"},
    {"windows-1257", "CP1257"},
    {"windows-1258", "CP1258"},
    {"windows-874", "CP874"},
    {"cp1250", "CP1250"},
    {"cp1251", "CP1251"},
    {"cp1252", "CP1252"},
    {"cp1253", "CP1253"},
    {"cp1254", "CP1254"},
    {"cp1255", "CP1255"},
    {"cp1256", "CP1256"},
    {"cp1257", "CP1257"},
    {"cp1258", "CP1258"},
    {"cp874", "CP874"},
    {"ansi", "CP1252"},
    {"iso-8859-1", "ISO-8859-1"},
    {"iso-8859-2", "ISO-8859-2"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-6", "ISO-8859-6"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-10", "ISO-8859-10"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-14", "ISO-8859-14"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-16", "ISO-8859-16"},
    {"iso8859-1", "ISO-8859-1"},
    {"iso_8859-1", "ISO-8859-1"},
    {"iso8859-15", "ISO-8859-15"},
    {"latin1", "ISO-8859-1"},
    {"latin-1", "ISO-8859-1"},
    {"latin9", "ISO-8859-15"},
    {"macintosh", "MACINTOSH"},
    {"macroman", "MACINTOSH"},
    {"cp437", "CP437"},
    {"cp850", "CP850"},
    {"cp852", "CP852"},
    {"cp866", "CP866"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"sjis", "CP932"},
    {"windows-31j", "CP932"},
    {"cp932", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"gbk", "GBK"},
    {"gb2312", "GBK"},
    {"gb18030", "GB18030"},
    {"big5", "BIG5"},
    {"euc-kr", "EUC-KR"},
    {"cp949", "CP949"},
};

const char *encoding_named(struct text name)
{
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
        if (text_is_nocase(name, encodings[i].written))
            return encodings[i].name;
    return NULL;
}

const char *encoding_label(const char *name)
{
    for (size_t i = 0; i < sizeof(encodings) / sizeof(encodings[0]); i++)
        if (strcmp(name, encodings[i].name) == 0)
            return encodings[i].written;
    return name;
}

bool encoding_is_utf8(const char *name)
{
    return text_is(text_of(name), "UTF-8");
}

bool encoding_is_wide(const char *name)
{
    return strncmp(name, "UTF-16", 6) == 0 || strncmp(name, "UTF-32", 6) == 0;
}

enum status encoding_open(struct encoding **out, const char *name,
                          struct err *err)
{
    iconv_t converter = iconv_open("UTF-8", name);

    *out = NULL;
    if (converter == (iconv_t)-1)
        return fail(err, STOP, EXIT_DATA, "bad_encoding",
                    "this system cannot read the encoding %s", name);
    *out = malloc(sizeof(**out));
    if (*out == NULL)
        abort();
    (*out)->iconv = converter;
    (*out)->name = name;
    return OK;
}

void encoding_close(struct encoding *encoding)
{
    if (encoding == NULL)
        return;
    (void)iconv_close(encoding->iconv);
    free(encoding);
}

/* In UTF-16 and UTF-32 the bytes that are wrong are two and four. */
static enum status bad_bytes(const struct encoding *encoding, const char *at,
                             size_t left, struct err *err)
{
    size_t size = strncmp(encoding->name, "UTF-16", 6) == 0   ? 2
                  : strncmp(encoding->name, "UTF-32", 6) == 0 ? 4
                                                              : 1;
    char bytes[16] = "";

    for (size_t i = 0; i < size && i < left; i++)
        (void)snprintf(bytes + 3 * i, 4, " %02x", (unsigned char)at[i]);
    return fail(err, STOP, EXIT_DATA, "bad_encoding",
                "the %s%s stand%s for nothing in %s",
                size > 1 ? "bytes" : "byte", bytes, size > 1 ? "" : "s",
                encoding_label(encoding->name));
}

enum status encoding_convert(struct encoding *encoding, struct text *from,
                             bool last, char *to, size_t size, size_t *got,
                             struct err *err)
{
    char *in = (char *)from->at, *out = to;
    size_t left = from->size, room = size;
    size_t done = iconv(encoding->iconv, &in, &left, &out, &room);

    if (done != (size_t)-1 && left == 0 && last)
        (void)iconv(encoding->iconv, NULL, NULL, &out, &room);
    from->at = in;
    from->size = left;
    *got = size - room;
    if (done != (size_t)-1 || errno == E2BIG)
        return OK;
    if (errno == EINVAL && !last)
        return OK;
    /* What stands before the bad byte is handed on first. */
    if (*got > 0)
        return OK;
    if (errno == EINVAL)
        return fail(err, STOP, EXIT_DATA, "bad_encoding",
                    "the file ends in the middle of a character");
    return bad_bytes(encoding, in, left, err);
}

/* --- writing -------------------------------------------------------------- */

/* Appends the text in another encoding; false when it does not have it all. */
static bool convert(const char *to, const char *from, struct text text,
                    struct buffer *out)
{
    iconv_t converter = iconv_open(to, from);
    size_t before = out->size, left = text.size, done = 0;
    char block[4096], *in = (char *)text.at;
    bool flushed = false;

    if (converter == (iconv_t)-1)
        return false;
    while (!flushed) {
        char *at = block;
        size_t room = sizeof(block);

        flushed = left == 0;
        done = flushed ? iconv(converter, NULL, NULL, &at, &room)
                       : iconv(converter, &in, &left, &at, &room);
        if (done == (size_t)-1 && errno != E2BIG)
            break;
        flushed = flushed && done != (size_t)-1;
        buffer_add(out, block, sizeof(block) - room);
    }
    (void)iconv_close(converter);
    if (flushed)
        return true;
    out->size = before;
    return false;
}

bool encoding_add(const char *name, struct text text, struct buffer *out)
{
    if (name != NULL && !encoding_is_utf8(name))
        return convert(name, "UTF-8", text, out);
    buffer_text(out, text);
    return true;
}

bool encoding_read(const char *name, struct text bytes, struct buffer *out)
{
    return convert("UTF-8", name, bytes, out);
}

static bool is_ascii(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

bool encoding_has(const char *name, struct text text)
{
    struct buffer there = {0}, back = {0};
    bool same;

    /* All that are on the list begin with ASCII. */
    if (name == NULL || is_ascii(text))
        return true;
    if (encoding_is_utf8(name))
        return text_is_utf8(text);
    /* Back again too: what is read must be what was to be written. */
    same = convert(name, "UTF-8", text, &there) &&
           convert("UTF-8", name, buffer_view(&there), &back) &&
           text_equal(buffer_view(&back), text);
    buffer_free(&there);
    buffer_free(&back);
    return same;
}
