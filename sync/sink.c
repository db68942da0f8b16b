/* sink.c - see sink.h. */
#include "sync/sink.h"

#include "formats/encoding.h"
#include "sync/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct sink {
    struct arena *arena;
    struct mapping *mapping;
    const struct format *format;
    const char *path, *encoding; /* NULL: UTF-8 */
    bool dry, safe_csv;
    const bool *brought; /* by field: some customer has it */
    size_t brought_count;
    struct writer *writer; /* NULL until the first customer */
    struct export *export; /* borrowed; NULL: the file is nobody's export */
    struct target_form form;
};

/* --- what it is ------------------------------------------------------------*/

static const struct format *named_format(const struct endpoint *to,
                                         const struct policy *policy,
                                         const struct mapping *mapping)
{
    const struct format *format = NULL;

    if (policy->to_format != NULL)
        return format_named(policy->to_format);
    if (strcmp(to->path, "-") != 0)
        format = format_of_path(to->path);
    if (format == NULL && mapping_format(mapping) != NULL)
        format = format_named(mapping_format(mapping));
    return format;
}

static enum status choose_format(struct sink *sink, const struct endpoint *to,
                                 const struct policy *policy, struct err *err)
{
    const char *shape = mapping_format(sink->mapping);

    /* Files are packed by who wants them packed; the suffix would be a lie. */
    if (format_is_packed(text_of(to->path))) {
        (void)fail(err, STOP, EXIT_USAGE, "unknown_format",
                   "'%s' would not be packed: only what is read may be",
                   to->written);
        err_hint(err, "write it plain, or to - and through gzip");
        return STOP;
    }
    sink->format = named_format(to, policy, sink->mapping);
    if (sink->format == NULL) {
        (void)fail(err, STOP, EXIT_USAGE, "unknown_format",
                   "the format of '%s' is not told by its name", to->written);
        err_hint(err, "add --to-format with one of: %s", format_list());
        return STOP;
    }
    if (sink->format == format_named("csv") && shape != NULL &&
        strcmp(shape, "csv") != 0) {
        (void)fail(err, STOP, EXIT_USAGE, "unknown_format",
                   "'%s' is a shape of %s, which no CSV can hold",
                   mapping_name(sink->mapping), shape);
        err_hint(err, "give the file the suffix .%s, or add --to-format %s",
                 shape, shape);
        return STOP;
    }
    return OK;
}

/* A custom field has a column of its own name where somebody has a value. */
static bool is_idle(const struct sink *sink, const char *column)
{
    enum field field = field_named(text_of(column));

    return field >= FIELD_FIXED &&
           ((size_t)field >= sink->brought_count || !sink->brought[field]);
}

static const char *const *columns_of(const struct sink *sink,
                                     const char *const *columns)
{
    const char **some;
    size_t count = 0, kept = 0;

    while (columns[count] != NULL)
        count++;
    some = arena_take(sink->arena, (count + 1) * sizeof(*some));
    for (size_t i = 0; i < count; i++) {
        if (!is_idle(sink, columns[i]))
            some[kept++] = columns[i];
    }
    return some;
}

static enum status open_writer(struct sink *sink, struct err *err)
{
    struct writer_options options = {.safe_csv = sink->safe_csv};

    mapping_writer_options(sink->mapping, &options);
    if (options.columns != NULL)
        options.columns = columns_of(sink, options.columns);
    options.encoding = sink->encoding;
    return writer_open(&sink->writer, sink->format, sink->path, &options, err);
}

/* When it is known which columns there are. */
static enum status begin_writing(struct sink *sink, struct err *err)
{
    struct writer_options options = {0};
    enum status status = open_writer(sink, err);

    if (status != OK || sink->export == NULL)
        return status;
    mapping_writer_options(sink->mapping, &options);
    export_watch(sink->export, sink->writer,
                 options.columns != NULL && sink->form.cells
                     ? columns_of(sink, options.columns)
                     : NULL);
    return OK;
}

/*
 * The source may bring columns of its own (custom.NAME), so the writer is
 * opened when it was read to its end. That there is a place to write to is
 * better known before.
 */
static enum status probe(struct sink *sink, struct err *err)
{
    struct stat stat_now;
    enum status status;

    if (strcmp(sink->path, "-") == 0 ||
        (stat(sink->path, &stat_now) == 0 && !S_ISREG(stat_now.st_mode) &&
         !S_ISDIR(stat_now.st_mode)))
        return OK;
    status = open_writer(sink, err);
    writer_close(sink->writer);
    sink->writer = NULL;
    return status;
}

/* Some shapes are only ever read. */
static enum status check_ways(const struct sink *sink, struct err *err)
{
    size_t count;
    const struct slot *slots = mapping_slots(sink->mapping, &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].writable)
            return OK;
    }
    (void)fail(err, STOP, EXIT_USAGE, "one_way",
               "the mapping '%s' says how to read, not how to write",
               mapping_name(sink->mapping));
    err_hint(err, "write another shape; `custsync mappings` lists them");
    return STOP;
}

enum status sink_open(struct sink **out, const struct endpoint *to,
                      const struct policy *policy, bool dry,
                      struct export *export, struct err *err)
{
    struct sink *sink = calloc(1, sizeof(*sink));
    const char *encoding;
    enum status status;

    if (sink == NULL)
        abort();
    sink->arena = arena_open();
    sink->path = to->path;
    sink->dry = dry;
    sink->export = export;
    sink->safe_csv = policy->safe_csv;
    status = mapping_load(&sink->mapping,
                          to->name != NULL ? to->name : "generic", err);
    if (status == OK)
        status = check_ways(sink, err);
    if (status == OK)
        status = choose_format(sink, to, policy, err);
    if (status == OK) {
        encoding = mapping_encoding(sink->mapping);
        if (encoding != NULL)
            sink->encoding = encoding_named(text_of(encoding));
        if (sink->encoding != NULL && encoding_is_utf8(sink->encoding))
            sink->encoding = NULL;
        sink->form.region = mapping_region(sink->mapping);
        sink->form.cells = sink->format == format_named("csv");
        sink->form.elements = sink->format == format_named("xml");
        if (!dry)
            status = probe(sink, err);
        if (status == OK && export != NULL)
            status = export_begin(export, err);
    }
    if (status != OK) {
        sink_close(sink);
        return status;
    }
    *out = sink;
    return OK;
}

const struct mapping *sink_mapping(const struct sink *sink)
{
    return sink->mapping;
}

/* --- what it can hold ------------------------------------------------------*/

static bool is_letter(unsigned char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           byte == '_' || byte >= 0x80;
}

/* Custom fields keep their names, and not every name can be an element. */
static bool sink_holds(void *self, enum field field)
{
    const struct sink *sink = self;
    const char *name = field_name(field);

    if (field < FIELD_FIXED || sink->format != format_named("xml"))
        return true;
    for (size_t i = 0; name[i] != '\0'; i++) {
        if (!is_letter((unsigned char)name[i]) &&
            (i == 0 || strchr("0123456789.-", name[i]) == NULL))
            return false;
    }
    return true;
}

static bool is_required(const struct sink *sink, enum field field)
{
    size_t count;
    const struct slot *slots = mapping_slots(sink->mapping, &count);

    for (size_t i = 0; i < count; i++) {
        if (slots[i].field == field)
            return slots[i].required;
    }
    return false;
}

static void leave_out(const struct sink *sink, struct customer *projected,
                      enum field field, const struct err *why,
                      struct arena *arena)
{
    customer_problem(projected, arena, field, is_required(sink, field),
                     arena_string(arena, text_of(why->code)), "%s: left out",
                     why->message);
    projected->values[field].presence = VALUE_BAD;
}

static void sink_fit(void *self, struct customer *projected,
                     struct arena *arena)
{
    const struct sink *sink = self;

    for (size_t i = 0; i < projected->count; i++) {
        const struct value *value = &projected->values[i];
        struct err why;

        if (value->presence != VALUE_SET)
            continue;
        if (!sink_holds(self, (enum field)i))
            projected->values[i].presence = VALUE_ABSENT;
        else if (format_holds(sink->format, sink->encoding, value->text,
                              &why) != OK)
            leave_out(sink, projected, (enum field)i, &why, arena);
    }
}

static void sink_begin(void *self, const bool *brought, size_t count)
{
    struct sink *sink = self;

    bool *kept = arena_take(sink->arena, count + 1);

    if (count > 0)
        memcpy(kept, brought, count);
    sink->brought = kept;
    sink->brought_count = count;
}

static enum status sink_write(void *self, const struct customer *customer,
                              const struct customer *projected,
                              struct arena *arena, struct err *err)
{
    struct sink *sink = self;
    struct node *object;
    enum status status = OK;

    if (sink->dry && sink->export == NULL)
        return OK;
    object = mapping_write(sink->mapping, projected, NULL, &sink->form, arena);
    if (sink->export != NULL)
        status = export_sees(sink->export, customer, object, err);
    if (status != OK || sink->dry)
        return status;
    if (sink->writer == NULL)
        status = begin_writing(sink, err);
    if (status == OK)
        status = writer_write(sink->writer, object, err);
    if (status == OK && sink->export != NULL)
        status = export_wrote(sink->export, customer, object, arena, err);
    return status;
}

struct plan_sink sink_as_target(struct sink *sink)
{
    return (struct plan_sink){
        .begin = sink_begin,
        .holds = sink_holds,
        .fit = sink_fit,
        .write = sink_write,
        .self = sink,
    };
}

enum status sink_commit(struct sink *sink, struct err *err)
{
    enum status status = OK;

    if (sink->dry)
        return OK;
    if (sink->writer == NULL)
        status = begin_writing(sink, err);
    if (status != OK)
        return status;
    if (sink->export != NULL)
        return export_commit(sink->export, sink->writer, sink->format, err);
    status = writer_commit(sink->writer, err);
    return status == OK && export_is_file(sink->path)
               ? manifest_forget(sink->path, err)
               : status;
}

void sink_close(struct sink *sink)
{
    if (sink == NULL)
        return;
    writer_close(sink->writer);
    mapping_close(sink->mapping);
    arena_close(sink->arena);
    free(sink);
}
