/*
 * input.c - opens a file, takes off the byte order mark, converts to UTF-8.
 */
#include "formats/input.h"

#include "formats/doubt.h"
#include "formats/encoding.h"
#include "formats/unpack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64 * 1024,
    BOM_MAX = 4,
    /* Of that many bytes, without a mark, every other one is looked at. */
    WIDE_LOOK = 512,
};

struct input {
    char *name;
    char *path;           /* of the file; entry points into it */
    const char *entry;    /* in a zip, or NULL */
    const char *declared; /* static; NULL: nothing was declared */
    const char *found;    /* by a byte order mark; static or NULL */
    bool known;           /* declared is more than usual */
    struct origin *origin;
    struct unpack *unpack;
    struct encoding *encoding; /* NULL: bytes go through as they are */
    struct doubt doubt;        /* while they are converted */
    size_t mark;               /* bytes of the byte order mark */
    char *raw;                 /* packed out, not yet handed on */
    size_t raw_begin, raw_end, seen;
    bool raw_ended;
    uint64_t line; /* for the place of an undecodable byte */
};

static const struct {
    const char *bytes;
    size_t size;
    const char *encoding;
} marks[] = {
    /* UTF-32LE begins like UTF-16LE, so it is looked for first. */
    {"\xff\xfe\0\0", 4, "UTF-32LE"}, {"\0\0\xfe\xff", 4, "UTF-32BE"},
    {"\xef\xbb\xbf", 3, "UTF-8"},    {"\xff\xfe", 2, "UTF-16LE"},
    {"\xfe\xff", 2, "UTF-16BE"},
};

static enum status declare(struct input *input, const char *encoding,
                           struct err *err)
{
    if (encoding == NULL || encoding[0] == '\0')
        return OK;
    input->declared = encoding_named(text_of(encoding));
    if (input->declared != NULL)
        return OK;
    (void)fail(err, STOP, EXIT_DATA, "bad_encoding",
               "the encoding \"%.40s\" is not one we know", encoding);
    err_hint(err, "for example --encoding utf-8, utf-16le, windows-1252, "
                  "iso-8859-1");
    return STOP;
}

/* Takes "some.zip/people.csv" apart and opens the file. */
static enum status open_origin(struct input *input, const char *path,
                               struct err *err)
{
    size_t size = origin_split(path);

    input->path = strdup(path);
    if (input->path == NULL)
        abort();
    if (input->path[size] != '\0') {
        input->path[size] = '\0';
        input->entry = input->path + size + 1;
    }
    return origin_open(&input->origin, input->path, err);
}

enum status input_open(struct input **out, const char *path,
                       const char *encoding, enum encoding_origin origin,
                       struct err *err)
{
    struct input *input = calloc(1, sizeof(*input));
    enum status status;

    *out = NULL;
    if (input == NULL)
        abort();
    input->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    input->raw = malloc(BLOCK);
    if (input->name == NULL || input->raw == NULL)
        abort();
    status = declare(input, encoding, err);
    input->known = input->declared != NULL && origin == ENCODING_TOLD;
    if (status == OK)
        status = open_origin(input, path, err);
    if (status == OK)
        status = input_rewind(input, err);
    if (status != OK) {
        err_place(err, "%s", input->name);
        input_close(input);
        return status;
    }
    *out = input;
    return OK;
}

void input_close(struct input *input)
{
    if (input == NULL)
        return;
    encoding_close(input->encoding);
    unpack_close(input->unpack);
    origin_close(input->origin);
    free(input->name);
    free(input->path);
    free(input->raw);
    free(input);
}

/* Moves what is left to the front and reads behind it. */
static enum status fill(struct input *input, struct err *err)
{
    enum status status;
    size_t got;

    /* Asked for no bytes, the answer would read as the end. */
    if (input->raw_ended || input->raw_end - input->raw_begin == BLOCK)
        return OK;
    memmove(input->raw, input->raw + input->raw_begin,
            input->raw_end - input->raw_begin);
    input->raw_end -= input->raw_begin;
    input->raw_begin = 0;
    status = unpack_read(input->unpack, input->raw + input->raw_end,
                         BLOCK - input->raw_end, &got, err);
    input->raw_end += got;
    input->raw_ended = status == END;
    return status == STOP ? STOP : OK;
}

/* A byte order mark says more surely than anybody what a file is. */
static enum status find_mark(struct input *input, struct err *err)
{
    while (!input->raw_ended && input->raw_end < WIDE_LOOK)
        if (fill(input, err) != OK)
            return STOP;
    input->found = NULL;
    input->mark = 0;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (input->raw_end < marks[i].size ||
            memcmp(input->raw, marks[i].bytes, marks[i].size) != 0)
            continue;
        input->found = marks[i].encoding;
        input->raw_begin = input->mark = marks[i].size;
        break;
    }
    return OK;
}

/*
 * Text in UTF-16 that is told to be something else, or nothing, shows by NUL
 * in every other byte: no table in any other encoding has that.
 */
static enum status refuse_wide(const struct input *input, struct err *err)
{
    size_t size = input->raw_end < WIDE_LOOK ? input->raw_end : WIDE_LOOK;
    size_t nul[2] = {0, 0};
    const char *name, *bytes = input->raw;

    if (encoding_is_wide(input_encoding(input)) || size < BOM_MAX)
        return OK;
    for (size_t i = 0; i < size; i++)
        nul[i % 2] += bytes[i] == '\0';
    if ((nul[0] > 0) == (nul[1] > 0) || nul[0] + nul[1] < size / 4)
        return OK;
    name = nul[0] > 0 ? "utf-16be" : "utf-16le";
    (void)fail(err, STOP, EXIT_DATA, "bad_encoding",
               "the file is not %s: every other byte is NUL, as in UTF-16 "
               "(%02x %02x %02x %02x), and it has no byte order mark",
               encoding_label(input_encoding(input)), (unsigned char)bytes[0],
               (unsigned char)bytes[1], (unsigned char)bytes[2],
               (unsigned char)bytes[3]);
    err_hint(err, "if that is what it is: --encoding %s", name);
    return STOP;
}

enum status input_rewind(struct input *input, struct err *err)
{
    enum status status;

    encoding_close(input->encoding);
    unpack_close(input->unpack);
    input->encoding = NULL;
    input->unpack = NULL;
    input->raw_begin = input->raw_end = input->seen = 0;
    input->raw_ended = false;
    input->doubt = (struct doubt){0};
    input->line = 1;
    status = unpack_open(&input->unpack, input->origin, input->entry, err);
    if (status == OK)
        status = find_mark(input, err);
    if (status == OK)
        status = refuse_wide(input, err);
    if (status == OK && !encoding_is_utf8(input_encoding(input)))
        status = encoding_open(&input->encoding, input_encoding(input), err);
    if (status != OK)
        err_place(err, "%s", input->name);
    return status;
}

enum status input_declare(struct input *input, const char *encoding,
                          struct err *err)
{
    enum status status = declare(input, encoding, err);

    /* One that is refused is refused again by whoever reads this once more. */
    if (status != OK)
        return status;
    input->known = true;
    return input_rewind(input, err);
}

static enum status read_plain(struct input *input, char *to, size_t size,
                              size_t *got, struct err *err)
{
    size_t left = input->raw_end - input->raw_begin;

    if (left == 0) {
        if (input->raw_ended)
            return END;
        return unpack_read(input->unpack, to, size, got, err);
    }
    *got = left < size ? left : size;
    memcpy(to, input->raw + input->raw_begin, *got);
    input->raw_begin += *got;
    return OK;
}

/* What came in since the last look; the doubt must know all of the file. */
static void watch(struct input *input)
{
    size_t left = input->raw_end - input->raw_begin;

    if (!encoding_is_wide(input_encoding(input)))
        doubt_see(&input->doubt,
                  (struct text){input->raw + input->raw_begin + input->seen,
                                left - input->seen});
    input->seen = left;
}

static enum status bad_byte(const struct input *input, struct err *err)
{
    if (input->found != NULL)
        err_hint(err, "its byte order mark says %s",
                 encoding_label(input->found));
    else if (doubt_holds(&input->doubt))
        err_hint(err, "so far it reads as good UTF-8: --encoding utf-8");
    else
        err_hint(err, "say what it is, such as --encoding windows-1252");
    err_place(err, "%s:%llu", input->name, (unsigned long long)input->line);
    return STOP;
}

static enum status read_converted(struct input *input, char *to, size_t size,
                                  size_t *got, struct err *err)
{
    struct text from;
    enum status status;
    bool last;

    do {
        if (fill(input, err) != OK)
            return STOP;
        watch(input);
        from = (struct text){input->raw + input->raw_begin,
                             input->raw_end - input->raw_begin};
        last = from.size == 0 && input->raw_ended;
        status = encoding_convert(input->encoding, &from, input->raw_ended, to,
                                  size, got, err);
        input->raw_begin = input->raw_end - from.size;
        input->seen = from.size;
    } while (status == OK && *got == 0 && !last);
    for (size_t i = 0; i < *got; i++)
        input->line += to[i] == '\n';
    if (status == STOP)
        return bad_byte(input, err);
    if (*got > 0)
        return OK;
    if (input->known || input->found != NULL)
        return END;
    status =
        doubt_settle(&input->doubt, input_encoding(input), input->name, err);
    return status == OK ? END : status;
}

enum status input_read(struct input *input, char *to, size_t size, size_t *got,
                       struct err *err)
{
    enum status status;

    *got = 0;
    status = input->encoding != NULL ? read_converted(input, to, size, got, err)
                                     : read_plain(input, to, size, got, err);
    if (status == STOP)
        err_place(err, "%s", input->name);
    return status;
}

bool input_keeps(const struct input *input)
{
    return input->encoding == NULL && unpack_is_plain(input->unpack);
}

enum status input_again(const struct input *input, uint64_t place, char *to,
                        size_t size, struct err *err)
{
    enum status status = OK;
    size_t got;

    for (place += input->mark; size > 0 && status == OK; size -= got) {
        status = origin_read(input->origin, place, to, size, &got, err);
        to += got;
        place += got;
    }
    /* What was cut off, or written over, is not what was read. */
    if (status != STOP)
        status = origin_check(input->origin, err);
    if (status == OK && size > 0)
        status = fail(err, STOP, EXIT_IO, "read_error", "cannot read again");
    if (status != OK)
        err_place(err, "%s", input->name);
    return status;
}

const char *input_name(const struct input *input)
{
    return input->name;
}

const char *input_encoding(const struct input *input)
{
    if (input->found != NULL)
        return input->found;
    return input->declared != NULL ? input->declared : "UTF-8";
}

bool input_encoding_known(const struct input *input)
{
    return input->found != NULL || input->known;
}
