/*
 * transcript.h - a whole file, read, as one text to compare.
 *
 * One line for each thing that the reader said:
 *     2 {"id":"1"}              a record, where it begins, its fields
 *     3 ! bad_row               a row that was refused
 *     note 4 title_line         at the end, what is worth saying once
 *     end / STOP 65 code :LINE  how it ended
 */
#ifndef TESTS_TRANSCRIPT_H
#define TESTS_TRANSCRIPT_H

#include "formats/format.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char test_folder[] = "/tmp/custsync-test-XXXXXX";

__attribute__((unused)) static const char *in_folder(const char *name)
{
    static char paths[8][256];
    static int turn;
    char *path = paths[turn++ % 8];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", test_folder, name);
    return path;
}

__attribute__((unused)) static void folder_open(void)
{
    cr_assert_not_null(mkdtemp(test_folder));
}

__attribute__((unused)) static void folder_close(void)
{
    char command[128];

    (void)snprintf(command, sizeof(command), "rm -rf '%s'", test_folder);
    cr_assert_eq(system(command), 0);
}

__attribute__((unused)) static const char *
put_bytes(const char *name, const void *bytes, size_t size)
{
    const char *path = in_folder(name);
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
    return path;
}

__attribute__((unused)) static const char *put(const char *name,
                                               const char *content)
{
    return put_bytes(name, content, strlen(content));
}

/* ":LINE" of "FILE:LINE", or "". */
static const char *line_of(const char *place)
{
    const char *colon = strrchr(place, ':');

    return colon != NULL ? colon : "";
}

__attribute__((unused)) static char *read_path(const char *format,
                                               const char *path,
                                               const char *encoding,
                                               struct reader_options *options)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct buffer out = {0};
    struct reader *reader = NULL;
    struct input *input = NULL;
    struct record record;
    struct err err = {0};
    const struct note *notes;
    size_t count = 0;
    enum status status = input_open(&input, path, encoding, ENCODING_TOLD, &err);

    if (status == OK)
        status = reader_open(&reader, format_named(format), input, options,
                             names, &err);
    while (status == OK || status == REJECT) {
        struct node *object;
        const char *line;

        status = reader_next(reader, &record, &err);
        if (status == REJECT) {
            line = line_of(err.place);
            cr_assert_eq(strtoull(line + 1, NULL, 10), record.line);
            buffer_print(&out, "%llu ! %s\n", (unsigned long long)record.line,
                         err.code);
        }
        if (status != OK)
            continue;
        buffer_print(&out, "%llu ", (unsigned long long)record.line);
        arena_reset(arena);
        if (reader_fields(reader, record.raw, arena, &object, &err) == OK)
            json_write(&out, object);
        else
            buffer_print(&out, "!! %s", err.code);
        buffer_byte(&out, '\n');
    }
    notes = reader != NULL ? reader_notes(reader, &count) : NULL;
    for (size_t i = 0; i < count; i++)
        buffer_print(&out, "note %llu %s\n", (unsigned long long)notes[i].line,
                     notes[i].code);
    if (status == END)
        buffer_string(&out, "end\n");
    else
        buffer_print(&out, "STOP %d %s %s\n", err.exit, err.code,
                     line_of(err.place));
    reader_close(reader);
    input_close(input);
    arena_close(arena);
    names_close(names);
    return out.at;
}

__attribute__((unused)) static char *read_text(const char *format,
                                               const char *content,
                                               struct reader_options *options)
{
    return read_path(format, put("input", content), NULL, options);
}

/* Frees got; shows both when they differ. */
#define SAYS(got, want)                                                        \
    do {                                                                       \
        char *got_ = (got);                                                    \
        cr_expect_str_eq(got_, (want), "got:\n%s\nwant:\n%s", got_, (want));   \
        free(got_);                                                            \
    } while (0)

#endif
