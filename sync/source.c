/*
 * source.c - opens the files of FROM, finds out what they are, and hands out
 * their rows.
 */
#include "sync/source.h"

#include "sync/diff.h"
#include "sync/spool.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct source_file {
    const char *name;
    struct input *input;
    struct reader *reader;
};

struct source {
    struct arena *arena;
    struct names *names;
    struct catalogue *catalogue;
    struct mapping *own;           /* when named, to be closed here */
    const struct mapping *mapping; /* own or the catalogue's */
    struct source_file *files;
    size_t count, current;
    struct cleaning cleaning;
    const char *name;
    char why[256];
    int spool; /* records of an account, or -1 */
};

static const struct format *choose_format(const struct endpoint *from,
                                          const struct policy *policy,
                                          const struct mapping *mapping,
                                          struct err *err)
{
    const struct format *format = NULL;
    const char *wanted = policy->format;

    if (wanted == NULL && mapping != NULL && strcmp(from->path, "-") == 0)
        wanted = mapping_format(mapping);
    if (wanted != NULL) {
        format = format_named(wanted);
        if (format == NULL) {
            fail(err, STOP, EXIT_USAGE, "unknown_format", "unknown format '%s'",
                 wanted);
            err_hint(err, "formats are: %s", format_list());
        }
        return format;
    }
    format = format_of_path(from->path);
    if (format == NULL && mapping != NULL && mapping_format(mapping) != NULL)
        format = format_named(mapping_format(mapping));
    if (format == NULL) {
        fail(err, STOP, EXIT_USAGE, "unknown_format",
             "the format of '%s' is not told by its name", from->written);
        err_hint(err, "add --format with one of: %s", format_list());
    }
    return format;
}

static struct reader_options reader_wishes(const struct source *source,
                                           const struct policy *policy,
                                           const struct mapping *mapping)
{
    struct reader_options options = {
        .delimiter = policy->delimiter,
        .skip_set = policy->skip_set,
        .skip = policy->skip,
        .known = catalogue_knows,
        .self = source->catalogue,
    };

    if (mapping != NULL)
        mapping_reader_options(mapping, &options);
    return options;
}

static const char *encoding_of(const struct policy *policy,
                               const struct mapping *mapping)
{
    if (policy->encoding != NULL)
        return policy->encoding;
    return mapping != NULL ? mapping_encoding(mapping) : NULL;
}

static enum status open_file(struct source *source, struct source_file *file,
                             const struct endpoint *from,
                             const struct policy *policy,
                             const struct mapping *mapping, struct err *err)
{
    struct reader_options options = reader_wishes(source, policy, mapping);
    const struct format *format = choose_format(from, policy, mapping, err);
    enum status status;

    if (format == NULL)
        return STOP;
    reader_close(file->reader);
    input_close(file->input);
    file->reader = NULL;
    file->input = NULL;
    status = input_open(
        &file->input, from->path, encoding_of(policy, mapping),
        policy->encoding != NULL ? ENCODING_TOLD : ENCODING_USUAL, err);
    if (status != OK)
        return status;
    file->name = input_name(file->input);
    status = reader_open(&file->reader, format, file->input, &options,
                         source->names, err);
    if (status != OK)
        err_place(err, "%s", file->name);
    return status;
}

/*
 * A file with not one column that the mapping knows is somebody else's file:
 * better to stop than to make customers of nothing.
 */
static enum status check_columns(struct source *source,
                                 struct source_file *file, struct err *err)
{
    const char *const *columns = reader_columns(file->reader);
    size_t count = 0;

    if (columns == NULL || columns[0] == NULL)
        return OK; /* no record to look at */
    for (; columns[count] != NULL; count++) {
        if (mapping_knows(source->mapping, text_of(columns[count])))
            return OK;
    }
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
           options.records != NULL || options.columns != NULL;
}

static enum status recognise(struct source *source, struct source_file *file,
                             const struct endpoint *from,
                             const struct policy *policy, struct err *err)
{
    const struct mapping *found;
    enum status status = open_file(source, file, from, policy, NULL, err);

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
        status = open_file(source, file, from, policy, found, err);
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

static struct source *source_new(const struct policy *policy,
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

static void settle_names(struct source *source)
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

    source->files = arena_take(source->arena, count * sizeof(source->files[0]));
    source->count = count;
    if (status == OK)
        status = load_mapping(source, from, count, policy, err);
    for (size_t i = 0; i < count && status == OK; i++) {
        struct source_file *file = &source->files[i];

        if (source->own != NULL)
            status =
                open_file(source, file, &from[i], policy, source->own, err);
        else
            status = recognise(source, file, &from[i], policy, err);
        if (status == OK)
            status = check_columns(source, file, err);
    }
    if (status != OK) {
        source_close(source);
        return status;
    }
    settle_names(source);
    *out = source;
    return OK;
}

/* --- an account's records as rows -----------------------------------------*/

struct record_spool {
    FILE *file;
    struct arena *arena; /* of one record */
};

/*
 * As a source, an account's reference id is its record's id; what stands in its
 * own reference field is carried along as a custom field.
 */
static enum status spool_record(void *self, const struct record_seen *record,
                                struct err *err)
{
    struct record_spool *spool = self;
    enum field custom = field_define(TEXT("custom.reference_id"));
    struct customer *customer;
    struct text json;
    enum status status =
        diff_parse(record->values, spool->arena, &customer, err);

    if (status != OK)
        return status;
    if (custom != FIELD_NONE && customer_has(customer, FIELD_REFERENCE_ID))
        customer_set(customer, custom,
                     customer_text(customer, FIELD_REFERENCE_ID));
    customer_set(customer, FIELD_REFERENCE_ID, record->remote_id);
    json = diff_json(customer, spool->arena);
    fwrite(json.at, 1, json.size, spool->file);
    arena_reset(spool->arena);
    if (putc('\n', spool->file) == EOF)
        return fail(err, STOP, EXIT_IO, "io",
                    "the temporary file of records cannot be written");
    return OK;
}

static enum status spool_records(struct source *source, struct store *store,
                                 store_id account, struct err *err)
{
    struct record_spool spool;
    struct arena *arena = arena_open();
    FILE *file = spool_temporary();
    enum status status;

    if (file == NULL) {
        arena_close(arena);
        return fail(err, STOP, EXIT_CANTCREAT, "io",
                    "no temporary file can be made in the usual folder");
    }
    spool = (struct record_spool){file, arena_open()};
    status = store_records(store, account, arena, spool_record, &spool, err);
    arena_close(spool.arena);
    arena_close(arena);
    if (status == OK && fflush(file) != 0)
        status = fail(err, STOP, EXIT_IO, "io",
                      "the temporary file of records cannot be written");
    source->spool = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
    fclose(file);
    return status;
}

enum status source_of_account(struct source **out, struct store *store,
                              store_id account, const struct endpoint *from,
                              const struct policy *policy,
                              const struct config *config,
                              const struct account *target, struct err *err)
{
    struct source *source = source_new(policy, config, target);
    struct policy reading;
    struct endpoint file = {.name = "generic", .written = from->written};
    enum status status = catalogue_open(&source->catalogue, err);

    policy_defaults(&reading);
    reading.format = "ndjson";
    source->files = arena_take(source->arena, sizeof(source->files[0]));
    source->count = 1;
    if (status == OK)
        status = mapping_load(&source->own, "generic", err);
    source->mapping = source->own;
    if (status == OK)
        status = spool_records(source, store, account, err);
    if (status == OK) {
        file.path =
            arena_print(source->arena, "/proc/self/fd/%d", source->spool).at;
        status = open_file(source, &source->files[0], &file, &reading,
                           source->own, err);
        if (status != OK && strcmp(err->code, "empty_file") == 0) {
            /* An account without customers is no fault. */
            input_close(source->files[0].input);
            source->count = 0;
            status = OK;
        }
    }
    if (status != OK) {
        source_close(source);
        return status;
    }
    source->files[0].name = from->written;
    if (source->name == NULL)
        source->name = from->name;
    settle_names(source);
    snprintf(source->why, sizeof(source->why), "account %s", from->name);
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
        row->line = record.line;
        row->raw = record.raw;
        return status;
    }
    return END;
}

enum status source_fields(struct source *source, uint32_t file, struct text raw,
                          struct arena *arena, struct node **object,
                          struct err *err)
{
    return reader_fields(source->files[file].reader, raw, arena, object, err);
}

enum status source_customer(struct source *source, uint32_t file,
                            struct text raw, struct arena *arena,
                            struct customer **customer, struct err *err)
{
    struct node *object;
    enum status status = source_fields(source, file, raw, arena, &object, err);

    if (status != OK)
        return status;
    return mapping_read(source->mapping, object, &source->cleaning, arena,
                        customer, err);
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

const struct mapping *source_mapping(const struct source *source)
{
    return source->mapping;
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
