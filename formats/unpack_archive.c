/*
 * unpack_archive.c - libarchive over an origin, and the files of a zip.
 */
#include "formats/unpack_archive.h"

#include "formats/format.h"
#include "formats/limits.h"
#include "formats/zip_end.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64 * 1024,
    ENTRIES_NAMED = 8,
    /* An export has a few files; a zip of more is something else. */
    ENTRIES_MAX = 1000,
};

struct packed_source {
    struct origin *origin; /* borrowed */
    uint64_t place;
    struct err err; /* of the origin, when it failed */
    bool failed;
    char block[BLOCK];
};

/* --- libarchive's callbacks ----------------------------------------------- */

static la_ssize_t on_read(struct archive *archive, void *self,
                          const void **block)
{
    struct packed_source *source = self;
    size_t got;

    *block = source->block;
    if (origin_read(source->origin, source->place, source->block, BLOCK, &got,
                    &source->err) == STOP) {
        source->failed = true;
        archive_set_error(archive, EIO, "cannot read");
        return -1;
    }
    source->place += got;
    return (la_ssize_t)got;
}

static la_int64_t on_seek(struct archive *archive, void *self,
                          la_int64_t offset, int whence)
{
    struct packed_source *source = self;
    uint64_t size;
    la_int64_t from = whence == SEEK_CUR ? (la_int64_t)source->place : 0;

    if (whence == SEEK_END) {
        if (origin_size(source->origin, &size, &source->err) != OK) {
            source->failed = true;
            archive_set_error(archive, EIO, "cannot read");
            return ARCHIVE_FATAL;
        }
        from = (la_int64_t)size;
    }
    if (from + offset < 0)
        return ARCHIVE_FATAL;
    source->place = (uint64_t)(from + offset);
    return from + offset;
}

static la_int64_t on_skip(struct archive *archive, void *self,
                          la_int64_t request)
{
    (void)archive;
    ((struct packed_source *)self)->place += (uint64_t)request;
    return request;
}

static enum status broken(const struct packed *packed, struct err *err)
{
    const char *words = archive_error_string(packed->archive);

    if (packed->source->failed) {
        *err = packed->source->err;
        return STOP;
    }
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken or cut short: %s",
                words != NULL ? words : "no reason given");
}

/*
 * By name: "all" would run programs for some filters, and would take a plain
 * CSV for an mtree. A zip is read by the list at its end: only there it says
 * what it holds, and without it the file was cut.
 */
static enum status start(struct packed *packed, bool zip, struct err *err)
{
    struct archive *archive = packed->archive = archive_read_new();

    if (archive == NULL)
        abort();
    if (zip) {
        (void)archive_read_support_format_zip_seekable(archive);
    } else {
        (void)archive_read_support_filter_bzip2(archive);
        (void)archive_read_support_filter_xz(archive);
        (void)archive_read_support_filter_zstd(archive);
        (void)archive_read_support_filter_lz4(archive);
        (void)archive_read_support_format_raw(archive);
        (void)archive_read_support_format_empty(archive);
    }
    packed->source->place = 0;
    (void)archive_read_set_read_callback(archive, on_read);
    (void)archive_read_set_seek_callback(archive, on_seek);
    (void)archive_read_set_skip_callback(archive, on_skip);
    (void)archive_read_set_callback_data(archive, packed->source);
    if (archive_read_open1(archive) != ARCHIVE_OK)
        return broken(packed, err);
    if (zip || archive_filter_count(archive) == 2)
        return OK; /* the second is the file itself */
    if (archive_filter_count(archive) < 2)
        return fail(err, STOP, EXIT_DATA, "bad_archive",
                    "the compressed file is broken or cut short: it ends in "
                    "its header");
    (void)fail(err, STOP, EXIT_DATA, "bad_archive",
               "the file is packed more than once");
    err_hint(err, "unpack it once before");
    return STOP;
}

static void stop(struct packed *packed)
{
    if (packed->archive != NULL)
        (void)archive_read_free(packed->archive);
    packed->archive = NULL;
}

/* --- the files of a zip --------------------------------------------------- */

/* A name that this system's locale cannot say is had in UTF-8 all the same. */
static const char *name_of(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname_utf8(entry);

    if (name == NULL)
        name = archive_entry_pathname(entry);
    return name != NULL ? name : "?";
}

/* What macOS and Windows add for themselves is nobody's export. */
static bool is_file(struct archive_entry *entry)
{
    const char *name = name_of(entry), *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;

    return archive_entry_filetype(entry) == AE_IFREG && base[0] != '\0' &&
           strncmp(name, "__MACOSX/", 9) != 0 &&
           strcmp(base, ".DS_Store") != 0 && strcmp(base, "Thumbs.db") != 0 &&
           strcmp(base, "desktop.ini") != 0;
}

struct listing {
    struct buffer names;    /* of the first few */
    size_t files, matching; /* matching: those that may be meant */
    size_t at;              /* the last of these, in the zip's order */
    size_t data, data_at;   /* the same of those named as data files are */
    bool workbook;          /* it is an Excel file */
};

/* A .txt beside others is what people should read, not programs. */
static bool is_data(struct text name)
{
    return format_of_name(name) != NULL &&
           !text_is_nocase((struct text){name.at + name.size - 4, 4}, ".txt");
}

static void list_file(struct listing *listing, const char *name,
                      const char *wanted, size_t at)
{
    if (strcmp(name, "xl/workbook.xml") == 0)
        listing->workbook = true;
    if (listing->files < ENTRIES_NAMED)
        buffer_print(&listing->names, "%s%s", listing->files > 0 ? ", " : "",
                     name);
    else if (listing->files == ENTRIES_NAMED)
        buffer_string(&listing->names, ", ...");
    listing->files++;
    if (wanted != NULL && strcmp(name, wanted) != 0)
        return;
    listing->matching++;
    listing->at = at;
    if (is_data(text_of(name))) {
        listing->data++;
        listing->data_at = at;
    }
}

static enum status list(struct packed *packed, const char *wanted,
                        struct listing *listing, struct err *err)
{
    struct archive_entry *entry;
    enum status status = start(packed, true, err);

    for (size_t i = 0; status == OK && i <= ENTRIES_MAX; i++) {
        int got = archive_read_next_header(packed->archive, &entry);

        if (got == ARCHIVE_EOF)
            return OK;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return broken(packed, err);
        if (is_file(entry))
            list_file(listing, name_of(entry), wanted, i);
    }
    if (status == OK)
        status = fail(err, STOP, EXIT_DATA, "bad_archive",
                      "the zip holds more than %d files", ENTRIES_MAX);
    return status;
}

static enum status judge(struct listing *listing, const char *wanted,
                         struct err *err)
{
    if (listing->workbook && wanted == NULL) {
        (void)fail(err, STOP, EXIT_DATA, "bad_archive",
                   "the file is an Excel workbook, which is not read");
        err_hint(err, "save it as CSV (UTF-8) and name that file");
        return STOP;
    }
    if (listing->files == 0)
        return fail(err, STOP, EXIT_DATA, "empty_file",
                    "the zip holds no file");
    if (listing->matching == 1)
        return OK;
    if (wanted == NULL && listing->data == 1) {
        listing->at = listing->data_at;
        return OK;
    }
    if (wanted == NULL) {
        (void)fail(err, STOP, EXIT_DATA, "many_entries",
                   "the zip holds %zu files: %.700s", listing->files,
                   listing->names.at);
        err_hint(err, "name one of them behind the zip, as in "
                      "file.zip/people.csv");
        return STOP;
    }
    if (listing->matching > 1) {
        (void)fail(err, STOP, EXIT_DATA, "many_entries",
                   "the zip holds %zu files of this name", listing->matching);
        err_hint(err, "unpack it and name the file to read");
        return STOP;
    }
    return fail(err, STOP, EXIT_NOINPUT, "no_input",
                "cannot open: the zip does not hold '%.100s', but %.600s",
                wanted, listing->names.at);
}

/* Which one is meant is found out on a pass of its own, before any is read. */
static enum status find_entry(struct packed *packed, const char *wanted,
                              size_t *at, struct err *err)
{
    struct listing listing = {0};
    enum status status = list(packed, wanted, &listing, err);

    stop(packed);
    if (status == OK)
        status = judge(&listing, wanted, err);
    *at = listing.at;
    buffer_free(&listing.names);
    return status;
}

static enum status skip_to(struct packed *packed, size_t at, bool zip,
                           struct err *err)
{
    struct archive_entry *entry = NULL;

    for (size_t i = 0; i <= at; i++) {
        int got = archive_read_next_header(packed->archive, &entry);

        packed->empty = got == ARCHIVE_EOF && !zip;
        if (packed->empty)
            return OK;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return broken(packed, err);
    }
    packed->begin = packed_used(packed);
    if (!zip) {
        packed->begin = 0;
        return OK;
    }
    packed->name = strdup(name_of(entry));
    if (packed->name == NULL)
        abort();
    if (archive_entry_is_encrypted(entry) == 0)
        return OK;
    (void)fail(err, STOP, EXIT_DATA, "bad_archive",
               "'%.200s' in the zip is encrypted", packed->name);
    err_hint(err, "unpack it with its password and name the file to read");
    return STOP;
}

/* --- one packed file ------------------------------------------------------ */

enum status packed_open(struct packed *packed, struct origin *origin, bool zip,
                        const char *entry, struct err *err)
{
    enum status status = OK;
    size_t at = 0;

    packed->source = calloc(1, sizeof(*packed->source));
    if (packed->source == NULL)
        abort();
    packed->source->origin = origin;
    if (zip)
        status = zip_end_check(origin, err);
    if (status == OK && zip)
        status = find_entry(packed, entry, &at, err);
    if (status == OK)
        status = start(packed, zip, err);
    if (status == OK)
        status = skip_to(packed, at, zip, err);
    return status;
}

void packed_close(struct packed *packed)
{
    stop(packed);
    free(packed->source);
    free(packed->name);
    *packed = (struct packed){0};
}

enum status packed_read(struct packed *packed, char *to, size_t size,
                        size_t *got, struct err *err)
{
    la_ssize_t done;

    *got = 0;
    if (packed->empty)
        return END;
    do
        done = archive_read_data(packed->archive, to, size);
    while (done == ARCHIVE_RETRY);
    /* A warning here is a checksum or size that is not as the zip says. */
    if (done < 0)
        return broken(packed, err);
    *got = (size_t)done;
    return done > 0 ? OK : END;
}

uint64_t packed_used(const struct packed *packed)
{
    la_int64_t used = archive_filter_bytes(packed->archive, -1);

    return used > (la_int64_t)packed->begin ? (uint64_t)used - packed->begin
                                            : 0;
}
