/* sink.c - see sink.h. */
#include "sync/sink.h"

#include <stdlib.h>
#include <string.h>

struct sink {
    struct mapping *mapping;
    struct writer *writer;
    struct target_form form;
};

static const struct format *sink_format(const struct endpoint *to,
                                        const struct policy *policy,
                                        const struct mapping *mapping,
                                        struct err *err)
{
    const struct format *format = NULL;

    if (policy->to_format != NULL)
        format = format_named(policy->to_format);
    else if (strcmp(to->path, "-") != 0)
        format = format_of_path(to->path);
    else if (mapping_format(mapping) != NULL)
        format = format_named(mapping_format(mapping));
    if (format == NULL) {
        fail(err, STOP, EXIT_USAGE, "unknown_format",
             "the format of '%s' is not told by its name", to->written);
        err_hint(err, "add --to-format with one of: %s", format_list());
    }
    return format;
}

enum status sink_open(struct sink **out, const struct endpoint *to,
                      const struct policy *policy, struct err *err)
{
    struct sink *sink = calloc(1, sizeof(*sink));
    struct writer_options options = {.safe_csv = policy->safe_csv};
    const struct format *format;
    enum status status;

    if (sink == NULL)
        abort();
    status = mapping_load(&sink->mapping,
                          to->name != NULL ? to->name : "generic", err);
    if (status == OK) {
        sink->form.region = mapping_region(sink->mapping);
        mapping_writer_options(sink->mapping, &options);
        format = sink_format(to, policy, sink->mapping, err);
        sink->form.cells = format == format_named("csv");
        status = format == NULL ? STOP
                                : writer_open(&sink->writer, format, to->path,
                                              &options, err);
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

static enum status sink_write(void *self, const struct customer *customer,
                              struct arena *arena, struct err *err)
{
    struct sink *sink = self;
    struct customer *projected =
        mapping_project(sink->mapping, customer, true, arena);

    for (const struct problem *problem = projected->problems; problem != NULL;
         problem = problem->next) {
        if (problem->fatal)
            return fail(err, REJECT, EXIT_DATA, problem->code, "%s",
                        problem->message);
    }
    /* A blank cell says nothing; in a file that is no cell at all. */
    for (size_t i = 0; i < projected->count; i++) {
        if (projected->values[i].presence == VALUE_BLANK)
            projected->values[i].presence = VALUE_ABSENT;
    }
    return writer_write(
        sink->writer,
        mapping_write(sink->mapping, projected, NULL, &sink->form, arena), err);
}

struct plan_sink sink_as_target(struct sink *sink)
{
    return (struct plan_sink){sink_write, sink};
}

enum status sink_commit(struct sink *sink, struct err *err)
{
    return writer_commit(sink->writer, err);
}

void sink_close(struct sink *sink)
{
    if (sink == NULL)
        return;
    writer_close(sink->writer);
    mapping_close(sink->mapping);
    free(sink);
}
