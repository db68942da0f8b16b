/*
 * check_file.c - what a file is: dialect, encoding and who says so, columns.
 */
#include "sync/check_own.h"

#include "formats/encoding.h"
#include "formats/limits.h"
#include "formats/packing.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* --- compression -----------------------------------------------------------*/

/* "some.zip/entry.csv": what is opened is the zip. */
static int open_or_above(const char *path, struct arena *arena)
{
    char *name = arena_string(arena, text_of(path));
    int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    while (fd < 0) {
        char *slash = strrchr(name, '/');

        if (slash == NULL || slash == name)
            return -1;
        *slash = '\0';
        fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    return fd;
}

static const char *compression_of(const char *path, struct arena *arena)
{
    char start[PACKING_HEAD];
    const struct packing *packing;
    ssize_t got;
    int fd = open_or_above(path, arena);

    if (fd < 0)
        return NULL;
    got = read(fd, start, sizeof(start));
    (void)close(fd);
    packing = packing_of((struct text){start, got > 0 ? (size_t)got : 0});
    return packing != NULL ? packing->name : NULL;
}

/* --- the header's line -----------------------------------------------------*/

enum { LOOKED_AT = 256 * 1024 };

static bool has_all(struct text line, const char *const *columns)
{
    for (; *columns != NULL; columns++) {
        if (text_find(line, *columns) == line.size)
            return false;
    }
    return true;
}

/* The first line with every column; 0: there is none. */
static uint64_t line_with(struct text text, const char *const *columns)
{
    uint64_t number = 1;

    while (text.size > 0) {
        const char *end = memchr(text.at, '\n', text.size);
        size_t size = end != NULL ? (size_t)(end - text.at) : text.size;

        if (has_all((struct text){text.at, size}, columns))
            return number;
        size += end != NULL;
        text.at += size;
        text.size -= size;
        number++;
    }
    return 0;
}

static uint64_t header_line(const struct checking *checking, const char *path,
                            const char *const *columns)
{
    const char *encoding = source_encoding(checking->source);
    char *start = arena_take(checking->row, LOOKED_AT);
    struct input *input = NULL;
    struct err ignored;
    size_t size = 0, got;

    if (columns == NULL || columns[0] == NULL)
        return 0;
    if (input_open(&input, path, encoding,
                   checking->policy->encoding != NULL ? ENCODING_TOLD
                                                      : ENCODING_USUAL,
                   &ignored) == OK) {
        while (size < LOOKED_AT &&
               input_read(input, start + size, LOOKED_AT - size, &got,
                          &ignored) == OK)
            size += got;
    }
    input_close(input);
    return line_with((struct text){start, size}, columns);
}

/* --- the facts -------------------------------------------------------------*/

static const char *delimiter_word(char delimiter)
{
    switch (delimiter) {
    case '\0':
        return NULL;
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "bar";
    default:
        return "another character";
    }
}

static const char *who_told(const struct checking *checking, uint32_t file)
{
    const struct input *input = source_input(checking->source, file);
    const char *told = source_encoding(checking->source);
    const char *named = told != NULL ? encoding_named(text_of(told)) : NULL;
    bool same = named != NULL && strcmp(named, input_encoding(input)) == 0;

    if (same && checking->policy->encoding != NULL)
        return "as --encoding says";
    if (input_encoding_known(input) && !same)
        return "as the file itself says";
    return same ? "as the mapping says" : "as nothing says otherwise";
}

void check_file_columns(const struct checking *checking, uint32_t file)
{
    const struct mapping *mapping = source_mapping(checking->source);
    struct file_facts *facts = &checking->files[file];
    const char *const *columns =
        facts->members.max > 0
            ? (const char *const *)facts->members.names
            : reader_columns(source_reader(checking->source, file));
    const char **used, **unused;
    size_t count = 0;

    while (columns != NULL && columns[count] != NULL)
        count++;
    used = arena_take(checking->arena, (count + 1) * sizeof(*used));
    unused = arena_take(checking->arena, (count + 1) * sizeof(*unused));
    for (size_t i = 0; i < count; i++) {
        if (mapping_knows(mapping, text_of(columns[i])))
            used[facts->used_count++] = columns[i];
        else
            unused[facts->unused_count++] = columns[i];
    }
    facts->used = used;
    facts->unused = unused;
}

void check_file_facts(const struct checking *checking,
                      const struct endpoint *from, uint32_t file,
                      struct file_facts *facts)
{
    struct reader *reader = source_reader(checking->source, file);
    const char *const *columns = reader_columns(reader);
    /* Standard input is a file by now. */
    const char *path =
        strcmp(from->path, "-") == 0 ? "/proc/self/fd/0" : from->path;

    *facts = (struct file_facts){
        .name = source_file_name(checking->source, file),
        .format = reader_format(reader)->name,
        .delimiter = delimiter_word(source_delimiter(checking->source, file)),
        .encoding = input_encoding(source_input(checking->source, file)),
        .told_by = who_told(checking, file),
        .compression = compression_of(path, checking->arena),
    };
    if (facts->delimiter != NULL)
        facts->header = header_line(checking, path, columns);
    else
        facts->members.max = COLUMNS_MAX;
}

/* --- what is missing -------------------------------------------------------*/

static bool can_read(const struct checking *checking, enum field field)
{
    size_t count;
    const struct slot *slots =
        mapping_slots(source_mapping(checking->source), &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].field == field)
            return slots[i].readable;
    }
    return false;
}

static bool is_present(const struct checking *checking, enum field field)
{
    return (size_t)field < checking->present_count && checking->present[field];
}

const char *const *check_no_column(const struct checking *checking)
{
    static const enum field matter[] = {
        FIELD_REFERENCE_ID, FIELD_FIRST_NAME, FIELD_LAST_NAME,
        FIELD_EMAIL,        FIELD_PHONE,      FIELD_MOBILE,
    };
    enum { COUNT = sizeof(matter) / sizeof(matter[0]) };
    const char **names =
        arena_take(checking->arena, (COUNT + 1) * sizeof(*names));
    size_t count = 0;

    if (checking->good == 0)
        return names;
    for (size_t i = 0; i < COUNT; i++) {
        /* One name in one column is a name too. */
        bool named =
            (matter[i] == FIELD_FIRST_NAME || matter[i] == FIELD_LAST_NAME) &&
            is_present(checking, FIELD_NAME);

        if (!named && !is_present(checking, matter[i]) &&
            can_read(checking, matter[i]))
            names[count++] = field_name(matter[i]);
    }
    return names;
}
