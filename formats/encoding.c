/*
 * encoding.c - the home of iconv.
 */
#include "formats/encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

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
    {"ascii", "US-ASCII"},
    {"utf-16le", "UTF-16LE"},
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
    {"cp1257", "CP1257"},
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

bool encoding_is_utf8(const char *name)
{
    return text_is(text_of(name), "UTF-8") ||
           text_is(text_of(name), "US-ASCII");
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

enum status encoding_convert(struct encoding *encoding, struct text *from,
                             bool last, char *to, size_t size, size_t *got,
                             struct err *err)
{
    char *in = (char *)from->at, *out = to;
    size_t left = from->size, room = size;
    size_t done = iconv(encoding->iconv, &in, &left, &out, &room);

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
    return fail(err, STOP, EXIT_DATA, "bad_encoding",
                "the byte 0x%02x stands for nothing in %s", (unsigned char)*in,
                encoding->name);
}
