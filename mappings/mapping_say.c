/*
 * mapping_say.c - what a mapping says about itself and about files.
 */
#include <stdlib.h>
#include <string.h>

#include "mappings/path.h"
#include "mappings/rule.h"

const char *mapping_name(const struct mapping *mapping)
{
    return mapping->name;
}

const char *mapping_title(const struct mapping *mapping)
{
    return mapping->title;
}

const char *mapping_file(const struct mapping *mapping)
{
    return mapping->file;
}

const char *mapping_format(const struct mapping *mapping)
{
    return mapping->format;
}

const char *mapping_encoding(const struct mapping *mapping)
{
    return mapping->encoding;
}

const char *mapping_region(const struct mapping *mapping)
{
    return mapping->region;
}

const char *mapping_source(const struct mapping *mapping)
{
    return mapping->source;
}

struct text mapping_digest(const struct mapping *mapping)
{
    return mapping->digest;
}

void mapping_reader_options(const struct mapping *mapping,
                            struct reader_options *options)
{
    if (options->delimiter == 0)
        options->delimiter = mapping->delimiter;
    if (!options->skip_set && mapping->skip_set) {
        options->skip_set = true;
        options->skip = mapping->skip;
    }
    if (options->records == NULL)
        options->records = mapping->records;
    if (options->columns == NULL)
        options->columns = mapping->by_position;
}

static bool listed(const char *const *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (columns_same(text_of(list[i]), text_of(name)))
            return true;
    return false;
}

/* The vendor's header, then what rules write beside it, then custom fields. */
static const char *const *writer_columns(const struct mapping *mapping)
{
    size_t fields = field_count(), headers = 0, count = 0;
    const char **list;

    while (mapping->header != NULL && mapping->header[headers] != NULL)
        headers++;
    list = arena_take(mapping->arena,
                      (headers + mapping->rules_count + fields + 1) *
                          sizeof(*list));
    for (; count < headers; count++)
        list[count] = mapping->header[count];
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const char *path = mapping->rules[i].write.path;

        if (path != NULL && !listed(list, count, path))
            list[count++] = path;
    }
    for (size_t f = FIELD_FIXED; mapping->custom != NULL && f < fields; f++)
        if (!listed(list, count, field_name((enum field)f)))
            list[count++] = field_name((enum field)f);
    return list;
}

void mapping_writer_options(const struct mapping *mapping,
                            struct writer_options *options)
{
    if (options->delimiter == 0)
        options->delimiter = mapping->delimiter;
    if (options->columns == NULL)
        options->columns = writer_columns(mapping);
    if (options->records == NULL)
        options->records = mapping->records;
}

bool mapping_knows(const struct mapping *mapping, struct text column)
{
    if (mapping->flat)
        return columns_know(mapping->columns, column);
    for (size_t i = 0; i < mapping->rules_count; i++)
        for (size_t p = 0; p < mapping->rules[i].reads.count; p++)
            if (text_is(column, mapping->rules[i].reads.at[p].path))
                return true;
    return false;
}

const char *const *mapping_recognise(const struct mapping *mapping)
{
    return mapping->recognise;
}
