/*
 * source.c - opens the files of FROM, finds out what they are, and hands out
 * their rows.
 */
#include "sync/source_own.h"

#include "sync/rejects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * A file with not one column that the mapping knows is somebody else's file:
 * better to stop than to make customers of nothing.
 */
static enum status check_columns(struct source *source,
                                 struct source_file *file, struct err *err)
{
    const char *const *columns = reader_columns(file->reader);
    size_t count = 0, ours = 0;

    for (; columns != NULL && columns[count] != NULL; count++) {
        if (mapping_knows(source->mapping, text_of(columns[count])))
            return OK;
        ours += rejects_column(columns[count]);
    }
    if (ours == count)
        return OK; /* no record to look at */
    fail(err, STOP, EXIT_DATA, "no_known_column",
         "none of the %zu columns is known to the mapping '%s' "
         "(the first is '%.40s')",
         count, mapping_name(source->mapping), columns[0]);
    err_place(err, "%s", file->name);
    if (count == 1)
        err_hint(err, "if it has more than one column, set --delimiter; "
                      "`custsync mappings` lists the mappings");
    else
        err_hint(err, "name the mapping before the file "
                      "(`shopify:export.csv`); `custsync mappings` lists them");
    return STOP;
}

/* The recognised mapping may know more about the file than its suffix told. */
static bool reads_differently(const struct policy *policy,
                              const struct mapping *mapping)
{
    struct reader_options options = {0};

    mapping_reader_options(mapping, &options);
    return (policy->encoding == NULL && mapping_encoding(mapping) != NULL) ||
           options.delimiter != 0 || options.skip_set ||
           options.records != NULL || options.columns != NULL ||
           options.rows != NULL || options.continues != NULL;
}

static enum status recognise(struct source *source, struct source_file *file,
                             const struct endpoint *from,
                             const struct policy *policy, struct err *err)
{
    const struct mapping *found;
    enum status status =
        source_open_file(source, file, from, policy, NULL, err);

    if (status != OK)
        return status;
    found = catalogue_recognise(source->catalogue, reader_format(file->reader),
                                reader_columns(file->reader), source->why);
    if (source->mapping != NULL && found != source->mapping) {
        fail(err, STOP, EXIT_DATA, "mixed_files",
             "looks like '%s' but the files before it like '%s'",
             mapping_name(found), mapping_name(source->mapping));
        err_place(err, "%s", file->name);
        err_hint(err, "several files are one source and share one shape; "
                      "name the mapping before each file, or run them apart");
        return STOP;
    }
    source->mapping = found;
    if (reads_differently(policy, found))
        status = source_open_file(source, file, from, policy, found, err);
    return status;
}

static enum status load_mapping(struct source *source,
                                const struct endpoint *from, size_t count,
                                const struct policy *policy, struct err *err)
{
    const char *name = from[0].name != NULL ? from[0].name : policy->mapping;
    enum status status;

    for (size_t i = 1; i < count; i++) {
        if ((from[i].name == NULL) != (from[0].name == NULL) ||
            (name != NULL && from[i].name != NULL &&
             strcmp(from[i].name, from[0].name) != 0))
            return fail(err, STOP, EXIT_USAGE, "mixed_files",
                        "'%s' and '%s' are not in the same shape: several "
                        "files are one source",
                        from[0].written, from[i].written);
    }
    if (name == NULL)
        return OK;
    status = mapping_load(&source->own, name, err);
    source->mapping = source->own;
    if (status == OK)
        snprintf(source->why, sizeof(source->why), "named: %s", name);
    return status;
}

struct source *source_new(const struct policy *policy,
                          const struct config *config,
                          const struct account *target)
{
    struct arena *arena = arena_open();
    struct source *source = arena_take(arena, sizeof(*source));

    source->arena = arena;
    source->spool = -1;
    source->names = names_open();
    source->name = policy->source;
    source->cleaning.regions[2] = target != NULL ? target->region : NULL;
    source->cleaning.regions[3] = config != NULL ? config->region : NULL;
    return source;
}

void source_settle(struct source *source)
{
    source->cleaning.regions[1] = mapping_region(source->mapping);
    if (source->name == NULL)
        source->name = mapping_source(source->mapping);
    if (source->name == NULL)
        source->name = mapping_name(source->mapping);
}

enum status source_open(struct source **out, const struct endpoint *from,
                        size_t count, const struct policy *policy,
                        const struct config *config,
                        const struct account *target, struct err *err)
{
    struct source *source = source_new(policy, config, target);
    enum status status = catalogue_open(&source->catalogue, err);

    source->from = from;
    source->policy = policy;
    source->files = arena_take(source->arena, count * sizeof(source->files[0]));
    source->count = count;
    if (status == OK)
        status = load_mapping(source, from, count, policy, err);
    for (size_t i = 0; i < count && status == OK; i++) {
        struct source_file *file = &source->files[i];

        if (source->own != NULL)
            status = source_open_file(source, file, &from[i], policy,
                                      source->own, err);
        else
            status = recognise(source, file, &from[i], policy, err);
        if (status == OK)
            status = check_columns(source, file, err);
    }
    if (status != OK) {
        source_close(source);
        return status;
    }
    source_settle(source);
    *out = source;
    return OK;
}

void source_close(struct source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->count; i++) {
        reader_close(source->files[i].reader);
        input_close(source->files[i].input);
    }
    if (source->spool >= 0)
        close(source->spool);
    mapping_close(source->own);
    catalogue_close(source->catalogue);
    names_close(source->names);
    arena_close(source->arena);
}

/* --- rows -----------------------------------------------------------------*/

enum status source_next(struct source *source, struct source_row *row,
                        struct err *err)
{
    while (source->current < source->count) {
        struct source_file *file = &source->files[source->current];
        struct record record;
        enum status status = reader_next(file->reader, &record, err);

        if (status == END) {
            source->current++;
            continue;
        }
        row->file = (uint32_t)source->current;
        row->line = source->spool < 0 ? record.line : 0;
        row->raw = record.raw;
        row->place = record.place;
        return status;
    }
    return END;
}

bool source_keeps(const struct source *source, uint32_t file)
{
    return reader_keeps(source->files[file].reader);
}

enum status source_again(struct source *source, uint32_t file, uint64_t place,
                         size_t size, struct arena *arena, struct text *raw,
                         struct err *err)
{
    return reader_again(source->files[file].reader, place, size, arena, raw,
                        err);
}

enum status source_fields(struct source *source, uint32_t file, struct text raw,
                          struct arena *arena, struct node **object,
                          struct err *err)
{
    return reader_fields(source->files[file].reader, raw, arena, object, err);
}

enum status source_read(struct source *source, uint32_t file,
                        const struct node *object, struct arena *arena,
                        struct customer **customer, struct err *err)
{
    struct cleaning cleaning;

    if (rejects_check(object, err) != OK)
        return REJECT;
    source_decide(source);
    cleaning = source->cleaning;
    cleaning.cells =
        reader_format(source->files[file].reader) == format_named("csv");
    return mapping_read(source->mapping, object, &cleaning, arena, customer,
                        err);
}

void source_foresee(const struct source *source, const struct node *object,
                    struct arena *arena, struct phones_ahead *phones)
{
    mapping_foresee(source->mapping, object, &source->cleaning, arena, phones);
}

enum status source_customer(struct source *source, uint32_t file,
                            struct text raw, struct arena *arena,
                            struct customer **customer, struct err *err)
{
    struct node *object;
    enum status status = source_fields(source, file, raw, arena, &object, err);

    return status == OK
               ? source_read(source, file, object, arena, customer, err)
               : status;
}

const char *source_file_name(const struct source *source, uint32_t file)
{
    return file < source->count ? source->files[file].name : "";
}

size_t source_files(const struct source *source)
{
    return source->count;
}

struct reader *source_reader(struct source *source, uint32_t file)
{
    return source->files[file].reader;
}

const struct input *source_input(const struct source *source, uint32_t file)
{
    return source->files[file].input;
}

const struct mapping *source_mapping(const struct source *source)
{
    return source->mapping;
}

/* A CSV's digest begins with it. */
char source_delimiter(const struct source *source, uint32_t file)
{
    struct reader *reader = source->files[file].reader;
    struct text digest = reader_digest(reader);

    return reader_format(reader) == format_named("csv") && digest.size > 0
               ? digest.at[0]
               : '\0';
}

const char *source_encoding_of(const struct policy *policy,
                               const struct mapping *mapping)
{
    if (policy != NULL && policy->encoding != NULL)
        return policy->encoding;
    return mapping != NULL ? mapping_encoding(mapping) : NULL;
}

const char *source_encoding(const struct source *source)
{
    return source_encoding_of(source->policy, source->mapping);
}

const struct decision *source_decision(const struct source *source)
{
    return source->decision;
}

const char *source_why(const struct source *source)
{
    return source->why;
}

const char *source_name(const struct source *source)
{
    return source->name;
}

struct text source_digest(struct source *source, uint32_t file,
                          struct arena *arena)
{
    struct reader *reader = source->files[file].reader;
    struct text dialect = reader_digest(reader);
    struct text mapping = mapping_digest(source->mapping);
    const char *const *regions = source->cleaning.regions;

    return arena_print(arena, "%s\x1f%.*s\x1f%.*s\x1f%s\x1f%s\x1f%s",
                       reader_format(reader)->name, TEXT_ARGS(dialect),
                       TEXT_ARGS(mapping), regions[1] ? regions[1] : "",
                       regions[2] ? regions[2] : "",
                       regions[3] ? regions[3] : "");
}
