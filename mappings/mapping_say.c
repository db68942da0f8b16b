/*
 * mapping_say.c - what a mapping says about itself and about files.
 */
#include "formats/encoding.h"
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
    if (options->rows == NULL)
        options->rows = mapping->rows;
    if (options->continues == NULL)
        options->continues = mapping->continues;
    if (options->same == NULL)
        options->same = columns_same;
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
    size_t fields = field_count(), count = 0, room = fields + 1;
    const char **path, **list;

    while (mapping->header != NULL && mapping->header[count] != NULL)
        count++;
    for (size_t i = 0; i < mapping->rules_count; i++)
        for (size_t w = 0; rule_written(&mapping->rules[i], w, &path); w++)
            room++;
    list = arena_take(mapping->arena, (count + room) * sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i] = mapping->header[i];
    for (size_t i = 0; i < mapping->rules_count; i++)
        for (size_t w = 0; rule_written(&mapping->rules[i], w, &path); w++)
            if (*path != NULL && !listed(list, count, *path))
                list[count++] = *path;
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
    if (options->columns == NULL && mapping->by_position != NULL) {
        options->columns = mapping->by_position;
        options->headless = true;
    }
    if (options->columns == NULL)
        options->columns = writer_columns(mapping);
    if (options->records == NULL)
        options->records = mapping->records;
    if (options->rows == NULL)
        options->rows = mapping->rows;
    if (options->encoding == NULL && mapping->encoding != NULL)
        options->encoding = encoding_named(text_of(mapping->encoding));
}

const char *const *mapping_recognise(const struct mapping *mapping,
                                     size_t index)
{
    for (size_t i = 0; mapping->recognise != NULL && i < index; i++)
        if (mapping->recognise[i] == NULL)
            return NULL;
    return mapping->recognise != NULL ? mapping->recognise[index] : NULL;
}

const char *const *mapping_unread(const struct mapping *mapping, size_t *count)
{
    const struct met *members = mapping->members;
    const char **names;

    if (mapping->flat)
        return columns_unread(mapping->columns, count);
    *count = 0;
    if (members == NULL)
        return NULL;
    names = arena_take(mapping->arena, (members->count + 1) * sizeof(*names));
    for (size_t i = 0; i < members->count && *count < UNREAD_MAX; i++)
        if (!mapping_knows(mapping, text_of(members->names[i])))
            names[(*count)++] = members->names[i];
    return names;
}
