/*
 * format.c - which formats there are, and what is the same for all readers.
 */
#include "formats/format.h"

#include "formats/unpack.h"

#include <stdlib.h>
#include <string.h>

#define FORMAT(name) extern const struct format name##_format;
#include "formats/list.h"
#undef FORMAT

#define FORMAT(name) &name##_format,
static const struct format *const formats[] = {
#include "formats/list.h"
};
#undef FORMAT

#define FORMAT(name) " " #name
static const char all_names[] =
#include "formats/list.h"
    ;
#undef FORMAT

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

const char *const reason_columns[REASON_COUNT + 1] = {"_line", "_code",
                                                      "_message", NULL};

struct reader {
    const struct format *format;
    struct input *input; /* borrowed */
    void *self;
};

bool is_reason_column(struct text name)
{
    /* Asked of each name that is compared; none else begins so. */
    for (size_t i = 0; name.size > 0 && name.at[0] == '_' && i < REASON_COUNT;
         i++)
        if (text_is(name, reason_columns[i]))
            return true;
    return false;
}

const struct format *format_named(const char *name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (text_is_nocase(text_of(name), formats[i]->name))
            return formats[i];
    return NULL;
}

const char *format_list(void)
{
    return all_names + 1;
}

/* The last suffix with its dot; empty when there is none. */
static struct text suffix_of(struct text path)
{
    for (size_t i = path.size; i > 0 && path.at[i - 1] != '/'; i--)
        if (path.at[i - 1] == '.')
            return (struct text){path.at + i - 1, path.size - i + 1};
    return (struct text){NULL, 0};
}

/* Whether list ("a b c") has the word, in any case. */
static bool has_word(const char *list, struct text word)
{
    while (*list != '\0') {
        size_t size = strcspn(list, " ");

        if (size == word.size && strncasecmp(list, word.at, size) == 0)
            return true;
        list += size;
        list += strspn(list, " ");
    }
    return false;
}

const struct format *format_of_name(struct text path)
{
    struct text suffix = suffix_of(path);

    for (size_t i = 0; i < FORMATS && suffix.size > 0; i++)
        if (has_word(formats[i]->suffixes, suffix))
            return formats[i];
    return NULL;
}

/* What the name of a zip says of its content is hearsay. */
static const struct format *by_zip(const char *path)
{
    char *name = unpack_only_name(path);
    const struct format *format = format_of_name(text_of(name));

    free(name);
    return format;
}

bool format_is_packed(struct text path)
{
    struct text suffix = suffix_of(path);

    return suffix.size > 0 && has_word(".gz .bz2 .xz .zst .lz4 .zip", suffix);
}

const struct format *format_of_path(const char *path)
{
    struct text left = text_of(path), suffix = suffix_of(left);
    const struct format *format = NULL;

    if (text_is_nocase(suffix, ".zip"))
        format = by_zip(path);
    if (format_is_packed(left))
        left.size -= suffix.size;
    return format != NULL ? format : format_of_name(left);
}

enum status reader_open(struct reader **out, const struct format *format,
                        struct input *input,
                        const struct reader_options *options,
                        struct names *names, struct err *err)
{
    static const struct reader_options usual;
    struct reader *reader = calloc(1, sizeof(*reader));
    enum status status;

    *out = NULL;
    if (reader == NULL)
        abort();
    reader->format = format;
    reader->input = input;
    status = input_rewind(input, err);
    if (status == OK)
        status = format->open(&reader->self, input,
                              options != NULL ? options : &usual, names, err);
    if (status != OK) {
        err_place(err, "%s", input_name(input));
        free(reader);
        return status;
    }
    *out = reader;
    return OK;
}

void reader_close(struct reader *reader)
{
    if (reader == NULL)
        return;
    reader->format->close(reader->self);
    free(reader);
}

enum status reader_next(struct reader *reader, struct record *record,
                        struct err *err)
{
    enum status status = reader->format->next(reader->self, record, err);

    if (status == REJECT)
        err_place(err, "%s:%llu", input_name(reader->input),
                  (unsigned long long)record->line);
    else if (status == STOP)
        err_place(err, "%s", input_name(reader->input));
    return status;
}

enum status reader_fields(struct reader *reader, struct text raw,
                          struct arena *arena, struct node **object,
                          struct err *err)
{
    return reader->format->fields(reader->self, raw, arena, object, err);
}

bool reader_keeps(const struct reader *reader)
{
    return input_keeps(reader->input);
}

enum status reader_again(struct reader *reader, uint64_t place, size_t size,
                         struct arena *arena, struct text *raw, struct err *err)
{
    char *bytes = arena_take(arena, size + 1);

    *raw = (struct text){bytes, size};
    return input_again(reader->input, place, bytes, size, err);
}

struct node *reader_salvage(struct reader *reader, struct text raw,
                            const char *code, struct arena *arena)
{
    return reader->format->salvage != NULL
               ? reader->format->salvage(reader->self, raw, code, arena)
               : NULL;
}

const char *const *reader_columns(struct reader *reader)
{
    return reader->format->columns(reader->self);
}

struct text reader_digest(struct reader *reader)
{
    return reader->format->digest(reader->self);
}

const struct note *reader_notes(struct reader *reader, size_t *count)
{
    return reader->format->notes(reader->self, count);
}

const struct format *reader_format(const struct reader *reader)
{
    return reader->format;
}
