/*
 * source_open.c - one file of FROM: its format, its encoding, its reader.
 */
#include "sync/source_own.h"

#include "formats/limits.h"
#include "sync/near.h"
#include "sync/rejects.h"
#include "sync/spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* What people try first, and what no option would help with. */
static bool is_workbook(const char *path)
{
    static const char *const suffixes[] = {".xlsx", ".xlsm", ".xls", ".ods",
                                           ".numbers"};
    size_t size = strlen(path);

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t end = strlen(suffixes[i]);

        if (size > end && strcasecmp(path + size - end, suffixes[i]) == 0)
            return true;
    }
    return false;
}

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
    /* Of a zip with several files it is better said that it has them. */
    if (format == NULL && format_is_packed(text_of(from->path))) {
        struct input *input;

        if (input_open(&input, from->path, NULL, ENCODING_USUAL, err) != OK)
            return NULL;
        input_close(input);
    }
    if (format == NULL) {
        fail(err, STOP, EXIT_USAGE, "unknown_format",
             "the format of '%s' is not told by its name", from->written);
        if (is_workbook(from->path))
            err_hint(err, "a workbook is not read: save it as CSV, in UTF-8");
        else
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

/* Standard input is read more than once, so a pipe is put on disk first. */
static enum status settle_standard_input(const char *path, struct err *err)
{
    FILE *file;
    char block[16 * 1024];
    long long left = INPUT_MAX;
    ssize_t got = 0;

    if (strcmp(path, "-") != 0 || lseek(STDIN_FILENO, 0, SEEK_SET) == 0)
        return OK;
    if (spool_temporary(&file, "standard input", err) != OK)
        return STOP;
    while (left > 0) {
        got = read(STDIN_FILENO, block, sizeof(block));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || fwrite(block, 1, (size_t)got, file) != (size_t)got)
            break;
        left -= got;
    }
    if (got != 0 || fflush(file) != 0 || dup2(fileno(file), STDIN_FILENO) < 0 ||
        lseek(STDIN_FILENO, 0, SEEK_SET) != 0) {
        (void)fclose(file);
        return left <= 0
                   ? fail(err, STOP, EXIT_DATA, "too_large",
                          "standard input is larger than %lld GiB",
                          INPUT_MAX / (1024 * 1024 * 1024))
                   : fail(err, STOP, EXIT_IO, "read_error",
                          "standard input cannot be kept: %s", strerror(errno));
    }
    (void)fclose(file);
    return OK;
}

/*
 * What --rejects wrote has a header line, whatever its source had: three
 * columns of ours stand at its end.
 */
static bool is_rejects(const struct source_file *file,
                       const struct format *format,
                       const struct reader_options *wishes, struct names *names)
{
    struct reader_options options = *wishes;
    struct reader *reader = NULL;
    struct err ignored;
    bool is = false;

    if (format != format_named("csv") ||
        (options.columns == NULL && (!options.skip_set || options.skip == 0)))
        return false;
    options.columns = NULL;
    options.skip_set = true;
    options.skip = 0;
    if (reader_open(&reader, format, file->input, &options, names, &ignored) ==
        OK)
        is = rejects_columns(reader_columns(reader));
    reader_close(reader);
    return is;
}

enum status source_open_file(struct source *source, struct source_file *file,
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
    status = settle_standard_input(from->path, err);
    if (status != OK)
        return status;
    status = input_open(
        &file->input, from->path, source_encoding_of(policy, mapping),
        policy->encoding != NULL ? ENCODING_TOLD : ENCODING_USUAL, err);
    if (status != OK) {
        if (strcmp(err->code, "no_input") == 0 && err->hint[0] == '\0')
            near_file(err, from->path);
        return status;
    }
    file->name = input_name(file->input);
    if (is_rejects(file, format, &options, source->names)) {
        options.columns = NULL;
        options.skip = 0;
    }
    status = reader_open(&file->reader, format, file->input, &options,
                         source->names, err);
    if (status != OK)
        err_place(err, "%s", file->name);
    return status;
}
