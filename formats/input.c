/*
 * input.c - opens a file, takes off the byte order mark, converts to UTF-8.
 */
#include "formats/input.h"

#include "formats/encoding.h"
#include "formats/limits.h"
#include "formats/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 64 * 1024, BOM_MAX = 4 };

struct input {
    char *name;
    int fd;
    const char *declared; /* static; NULL: nothing was declared */
    const char *found;    /* by a byte order mark; static or NULL */
    struct unpack *unpack;
    struct encoding *encoding; /* NULL: bytes go through as they are */
    char *raw;                 /* packed out, not yet handed on */
    size_t raw_begin, raw_end;
    bool raw_ended;
    uint64_t line; /* for the place of an undecodable byte */
};

static const struct {
    const char *bytes;
    size_t size;
    const char *encoding;
} marks[] = {
    /* UTF-32LE begins like UTF-16LE, so it is looked for first. */
    {"\xff\xfe\0\0", 4, "UTF-32LE"},
    {"\xef\xbb\xbf", 3, "UTF-8"},
    {"\xff\xfe", 2, "UTF-16LE"},
    {"\xfe\xff", 2, "UTF-16BE"},
};

static enum status io_error(const char *what, struct err *err)
{
    return fail(err, STOP, EXIT_IO, "read_error", "%s: %s", what,
                strerror(errno));
}

static int open_temporary(void)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int fd;

    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    if (snprintf(path, sizeof(path), "%s/custsync-XXXXXX", folder) >=
        (int)sizeof(path))
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

static enum status write_all(int fd, const char *at, size_t size,
                             struct err *err)
{
    while (size > 0) {
        ssize_t done = write(fd, at, size);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return io_error("cannot keep standard input in TMPDIR", err);
        at += done;
        size -= (size_t)done;
    }
    return OK;
}

/* A pipe cannot be rewound; a file without a name can, and leaves nothing. */
static enum status copy_pipe(int from, int *to, struct err *err)
{
    enum status status = OK;
    char *block = malloc(BLOCK);
    long long total = 0;

    if (block == NULL)
        abort();
    *to = open_temporary();
    if (*to < 0)
        status = io_error("cannot make a temporary file in TMPDIR", err);
    while (status == OK) {
        ssize_t got = read(from, block, BLOCK);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = io_error("cannot read", err);
        if (got <= 0)
            break;
        total += got;
        if (total > INPUT_MAX)
            status = fail(err, STOP, EXIT_DATA, "too_large",
                          "the input is larger than %lld GiB",
                          INPUT_MAX / (1024 * 1024 * 1024));
        else
            status = write_all(*to, block, (size_t)got, err);
    }
    free(block);
    return status;
}

static enum status open_file(struct input *input, const char *path,
                             struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    enum status status;
    struct stat stat;

    if (fd < 0 || fstat(fd, &stat) != 0)
        return fail(err, STOP, EXIT_NOINPUT, "no_input", "cannot open: %s",
                    strerror(errno));
    if (S_ISDIR(stat.st_mode)) {
        if (!standard)
            (void)close(fd);
        return fail(err, STOP, EXIT_NOINPUT, "no_input",
                    "cannot open: it is a folder");
    }
    if (!standard && S_ISREG(stat.st_mode)) {
        input->fd = fd;
        return OK;
    }
    status = copy_pipe(fd, &input->fd, err);
    if (!standard)
        (void)close(fd);
    return status;
}

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
    err_hint(err, "for example utf-8, utf-16le, windows-1252, iso-8859-1");
    return STOP;
}

enum status input_open(struct input **out, const char *path,
                       const char *encoding, enum encoding_origin origin,
                       struct err *err)
{
    struct input *input = calloc(1, sizeof(*input));
    enum status status;

    (void)origin;

    *out = NULL;
    if (input == NULL)
        abort();
    input->fd = -1;
    input->name = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    input->raw = malloc(BLOCK);
    if (input->name == NULL || input->raw == NULL)
        abort();
    status = declare(input, encoding, err);
    if (status == OK)
        status = open_file(input, path, err);
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
    if (input->fd >= 0)
        (void)close(input->fd);
    free(input->name);
    free(input->raw);
    free(input);
}

/* Moves what is left to the front and reads behind it. */
static enum status fill(struct input *input, struct err *err)
{
    enum status status;
    size_t got;

    /* Asked for no bytes, libarchive's answer would read as the end. */
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
    while (!input->raw_ended && input->raw_end < BOM_MAX)
        if (fill(input, err) != OK)
            return STOP;
    input->found = NULL;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (input->raw_end < marks[i].size ||
            memcmp(input->raw, marks[i].bytes, marks[i].size) != 0)
            continue;
        input->found = marks[i].encoding;
        input->raw_begin = marks[i].size;
        break;
    }
    return OK;
}

enum status input_rewind(struct input *input, struct err *err)
{
    enum status status;

    encoding_close(input->encoding);
    unpack_close(input->unpack);
    input->encoding = NULL;
    input->unpack = NULL;
    input->raw_begin = input->raw_end = 0;
    input->raw_ended = false;
    input->line = 1;
    status = unpack_open(&input->unpack, input->fd, err);
    if (status == OK)
        status = find_mark(input, err);
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

    return status == OK ? input_rewind(input, err) : status;
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

static enum status read_converted(struct input *input, char *to, size_t size,
                                  size_t *got, struct err *err)
{
    struct text from;
    enum status status;

    do {
        if (fill(input, err) != OK)
            return STOP;
        from = (struct text){input->raw + input->raw_begin,
                             input->raw_end - input->raw_begin};
        if (from.size == 0 && input->raw_ended)
            return END;
        status = encoding_convert(input->encoding, &from, input->raw_ended, to,
                                  size, got, err);
        input->raw_begin = input->raw_end - from.size;
    } while (status == OK && *got == 0);
    for (size_t i = 0; i < *got; i++)
        input->line += to[i] == '\n';
    if (status == STOP)
        err_place(err, "%s:%llu", input->name, (unsigned long long)input->line);
    return status;
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
    return input->found != NULL || input->declared != NULL;
}
