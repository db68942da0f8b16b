/*
 * fuzz.c - files in memory, and a reader read twice.
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_broken(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)fputs("broken promise: ", stderr);
    (void)vfprintf(stderr, format, arguments);
    (void)fputc('\n', stderr);
    va_end(arguments);
    abort();
}

const char *fuzz_file(unsigned slot, struct text bytes)
{
    static struct {
        int fd;
        char path[32];
    } files[4];
    size_t done = 0;

    if (files[slot].path[0] == '\0') {
        files[slot].fd = memfd_create("fuzz", MFD_CLOEXEC);
        if (files[slot].fd < 0)
            fuzz_broken("no file in memory can be had");
        (void)snprintf(files[slot].path, sizeof(files[slot].path),
                       "/proc/self/fd/%d", files[slot].fd);
    }
    if (ftruncate(files[slot].fd, 0) != 0)
        fuzz_broken("a file in memory cannot be emptied");
    while (done < bytes.size) {
        ssize_t put = pwrite(files[slot].fd, bytes.at + done, bytes.size - done,
                             (off_t)done);

        if (put <= 0)
            fuzz_broken("a file in memory cannot be written");
        done += (size_t)put;
    }
    return files[slot].path;
}

static bool presentable(const char *line)
{
    for (const char *at = line; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7f)
            return false;
    return text_is_utf8(text_of(line));
}

void fuzz_check_err(enum status status, const struct err *err)
{
    if (err->status != status)
        fuzz_broken("status %d, but the err says %d", (int)status,
                    (int)err->status);
    if (err->code[0] == '\0' || err->message[0] == '\0' || err->exit == 0)
        fuzz_broken("an err without code, message or exit code: '%s' '%s' %d",
                    err->code, err->message, err->exit);
    if (!presentable(err->message) || !presentable(err->hint) ||
        !presentable(err->place))
        fuzz_broken("an err that cannot be shown: %s: %s (%s)", err->place,
                    err->message, err->hint);
}

/* --- one pass over a file --------------------------------------------------
 */

struct pass {
    struct reader *reader;
    struct names *names;
    struct arena *arena;
    struct buffer *said;
    uint64_t line;
};

static void say_err(struct pass *pass, enum status status,
                    const struct err *err)
{
    fuzz_check_err(status, err);
    buffer_print(pass->said, "%d %s %s: %s\n", (int)status, err->code,
                 err->place, err->message);
}

/* What is in hand as a tree can always be written and parsed again. */
static void check_fields(struct pass *pass, const struct node *object)
{
    struct buffer first = {0}, second = {0};
    struct node *again;
    struct err err;

    json_write(&first, object);
    if (!text_is_utf8(buffer_view(&first)))
        fuzz_broken("fields that are not UTF-8");
    buffer_text(pass->said, buffer_view(&first));
    buffer_byte(pass->said, '\n');
    /* Of XML and of a CSV with further rows a name may stand twice. */
    if (json_parse(buffer_view(&first), pass->arena, pass->names, &again,
                   &err) == OK) {
        json_write(&second, again);
        if (!text_equal(buffer_view(&first), buffer_view(&second)))
            fuzz_broken("written %s, read again %s", first.at, second.at);
    } else if (strstr(err.message, "twice") == NULL) {
        fuzz_broken("%s: %s", err.message, first.at);
    }
    buffer_free(&first);
    buffer_free(&second);
}

/* What --rejects would write of a record that was refused. */
static void check_salvaged(struct pass *pass, struct text raw, const char *code)
{
    struct node *object = reader_salvage(pass->reader, raw, code, pass->arena);
    struct buffer out = {0};

    if (object == NULL)
        return;
    json_write(&out, object);
    if (!text_is_utf8(buffer_view(&out)) ||
        memchr(out.at, '\0', out.size) != NULL)
        fuzz_broken("salvaged is what is no text: %s", out.at);
    buffer_free(&out);
}

static enum status say_next(struct pass *pass)
{
    struct record record = {0};
    struct node *object;
    struct err err = {0};
    enum status status = reader_next(pass->reader, &record, &err);

    if (status == OK || status == REJECT) {
        if (record.line == 0 || record.line < pass->line)
            fuzz_broken("line %llu after line %llu",
                        (unsigned long long)record.line,
                        (unsigned long long)pass->line);
        pass->line = record.line;
        buffer_print(pass->said, "%llu ", (unsigned long long)record.line);
        buffer_text(pass->said, record.raw);
        buffer_byte(pass->said, '\n');
    }
    arena_reset(pass->arena);
    if (status != OK) {
        if (status != END)
            say_err(pass, status, &err);
        if (status == REJECT)
            check_salvaged(pass, record.raw, err.code);
        return status;
    }
    status =
        reader_fields(pass->reader, record.raw, pass->arena, &object, &err);
    if (status == OK)
        check_fields(pass, object);
    else if (status == REJECT)
        say_err(pass, status, &err);
    else
        fuzz_broken("fields gave status %d", (int)status);
    return OK;
}

static void pass_over(struct pass *pass, const struct format *format,
                      struct input *input, const struct reader_options *options)
{
    struct err err = {0};
    enum status status;
    const struct note *notes;
    size_t count = 0;

    status =
        reader_open(&pass->reader, format, input, options, pass->names, &err);
    if (status != OK) {
        say_err(pass, status, &err);
        return;
    }
    for (const char *const *name = reader_columns(pass->reader); *name != NULL;
         name++)
        buffer_print(pass->said, "%s\n", *name);
    do
        status = say_next(pass);
    while (status == OK || status == REJECT);
    notes = reader_notes(pass->reader, &count);
    for (size_t i = 0; i < count; i++) {
        if (!presentable(notes[i].message))
            fuzz_broken("a note that cannot be shown: %s", notes[i].message);
        buffer_print(pass->said, "%s %s\n", notes[i].code, notes[i].message);
    }
    reader_close(pass->reader);
}

void fuzz_reader(const char *format, const struct reader_options *options,
                 struct text bytes)
{
    struct buffer said[2] = {{0}, {0}};
    struct input *input;
    struct err err = {0};
    enum status status =
        input_open(&input, fuzz_file(0, bytes), NULL, ENCODING_TOLD, &err);

    if (status != OK) {
        fuzz_check_err(status, &err);
        return;
    }
    for (int i = 0; i < 2; i++) {
        struct pass pass = {
            .names = names_open(), .arena = arena_open(), .said = &said[i]};

        pass_over(&pass, format_named(format), input, options);
        arena_close(pass.arena);
        names_close(pass.names);
    }
    if (!text_equal(buffer_view(&said[0]), buffer_view(&said[1])))
        fuzz_broken("read twice:\n%.*s\nand then:\n%.*s",
                    TEXT_ARGS(buffer_view(&said[0])),
                    TEXT_ARGS(buffer_view(&said[1])));
    buffer_free(&said[0]);
    buffer_free(&said[1]);
    input_close(input);
}
