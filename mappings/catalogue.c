/*
 * catalogue.c - all file mappings, and which one a file is written in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mappings/columns.h"
#include "mappings/locate.h"
#include "mappings/mapping.h"

struct catalogue {
    struct mapping **mappings;
    size_t count;
};

/* The last resort: our own field names. */
static const char last[] = "generic";

static enum status add(struct catalogue *catalogue, const char *name,
                       struct err *err)
{
    enum status status =
        mapping_load(&catalogue->mappings[catalogue->count], name, err);

    if (status == OK)
        catalogue->count++;
    return status;
}

enum status catalogue_open(struct catalogue **out, struct err *err)
{
    struct catalogue *catalogue = calloc(1, sizeof(*catalogue));
    struct arena *arena = arena_open();
    const char *const *names = locate_names("files", arena);
    enum status status = OK;
    size_t count = 0;

    while (names[count] != NULL)
        count++;
    if (catalogue != NULL)
        catalogue->mappings = calloc(count + 1, sizeof(struct mapping *));
    if (catalogue == NULL || catalogue->mappings == NULL)
        abort();
    *out = catalogue;
    for (size_t i = 0; status == OK && i < count; i++)
        if (strcmp(names[i], last) != 0)
            status = add(catalogue, names[i], err);
    if (status == OK)
        status = add(catalogue, last, err);
    arena_close(arena);
    if (status != OK) {
        catalogue_close(catalogue);
        *out = NULL;
    }
    return status;
}

void catalogue_close(struct catalogue *catalogue)
{
    if (catalogue == NULL)
        return;
    for (size_t i = 0; i < catalogue->count; i++)
        mapping_close(catalogue->mappings[i]);
    free(catalogue->mappings);
    free(catalogue);
}

size_t catalogue_count(const struct catalogue *catalogue)
{
    return catalogue->count;
}

const struct mapping *catalogue_at(const struct catalogue *catalogue,
                                   size_t index)
{
    return catalogue->mappings[index];
}

bool catalogue_knows(const void *self, struct text column)
{
    const struct catalogue *catalogue = self;

    for (size_t i = 0; i < catalogue->count; i++)
        if (mapping_knows(catalogue->mappings[i], column))
            return true;
    return false;
}

static bool has(const char *const *columns, const char *name)
{
    for (; columns != NULL && *columns != NULL; columns++)
        if (columns_same(text_of(*columns), text_of(name)))
            return true;
    return false;
}

/* NDJSON is JSON, one record a line. */
static bool same_format(const char *wanted, const struct format *format)
{
    if (wanted == NULL || strcmp(wanted, format->name) == 0)
        return true;
    return strcmp(wanted, "json") == 0 && strcmp(format->name, "ndjson") == 0;
}

/* How many columns it is known by, of the longest of its lists that are all
 * there; 0 when none is. */
static size_t agreement(const struct mapping *mapping,
                        const struct format *format, const char *const *columns)
{
    const char *const *wanted;
    size_t most = 0;

    if (!same_format(mapping_format(mapping), format))
        return 0;
    for (size_t i = 0; (wanted = mapping_recognise(mapping, i)) != NULL; i++) {
        size_t count = 0;

        while (wanted[count] != NULL && has(columns, wanted[count]))
            count++;
        if (wanted[count] == NULL && count > most)
            most = count;
    }
    return most;
}

const struct mapping *catalogue_recognise(const struct catalogue *catalogue,
                                          const struct format *format,
                                          const char *const *columns,
                                          char why[256])
{
    const struct mapping *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < catalogue->count; i++) {
        size_t count = agreement(catalogue->mappings[i], format, columns);

        if (count <= most)
            continue;
        most = count;
        best = catalogue->mappings[i];
    }
    if (best != NULL) {
        snprintf(why, 256, "%s: all %zu columns that it is known by are there",
                 mapping_name(best), most);
        return best;
    }
    snprintf(why, 256, "%s: no other mapping's columns are all there", last);
    return catalogue->mappings[catalogue->count - 1];
}
