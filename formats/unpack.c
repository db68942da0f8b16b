/*
 * unpack.c - libarchive, told by name what it may do.
 */
#include "formats/unpack.h"

#include "formats/limits.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    BLOCK = 64 * 1024,
    /* Small files of one byte repeated are no bombs. */
    RATIO_FROM = 16 * 1024 * 1024,
    ENTRIES_NAMED = 5,
    ENTRIES_MAX = 1000,
};

struct unpack {
    struct archive *archive;
    long long unpacked; /* bytes handed out */
    bool empty;
};

static enum status broken(struct archive *archive, struct err *err)
{
    int number = archive_errno(archive);
    const char *words = archive_error_string(archive);

    /* libarchive's own numbers are EFTYPE-like; only the system's say I/O. */
    if (number == EIO || number == EISDIR || number == ENOSPC)
        return fail(err, STOP, EXIT_IO, "read_error", "%s", strerror(number));
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken: %s",
                words != NULL ? words : "no reason given");
}

/*
 * By name: "all" would run programs for some filters, and would take a plain
 * CSV for an mtree.
 */
static enum status start(struct archive **out, int fd, struct err *err)
{
    struct archive *archive = archive_read_new();

    *out = archive;
    if (archive == NULL)
        abort();
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_filter_bzip2(archive);
    (void)archive_read_support_filter_xz(archive);
    (void)archive_read_support_filter_zstd(archive);
    (void)archive_read_support_filter_lz4(archive);
    (void)archive_read_support_format_raw(archive);
    (void)archive_read_support_format_zip(archive);
    (void)archive_read_support_format_empty(archive);
    if (lseek(fd, 0, SEEK_SET) != 0)
        return fail(err, STOP, EXIT_IO, "read_error", "%s", strerror(errno));
    if (archive_read_open_fd(archive, fd, BLOCK) != ARCHIVE_OK)
        return broken(archive, err);
    return OK;
}

static bool is_file(struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);
    size_t size = name != NULL ? strlen(name) : 0;

    if (archive_entry_filetype(entry) == AE_IFDIR)
        return false;
    if (size > 0 && name[size - 1] == '/')
        return false;
    return name == NULL || strncmp(name, "__MACOSX/", 9) != 0;
}

/* The next file's header: OK, END or STOP. */
static enum status next_file(struct archive *archive, const char **name,
                             struct err *err)
{
    struct archive_entry *entry;

    for (int i = 0; i < ENTRIES_MAX; i++) {
        int got = archive_read_next_header(archive, &entry);

        if (got == ARCHIVE_EOF)
            return END;
        if (got != ARCHIVE_OK && got != ARCHIVE_WARN)
            return broken(archive, err);
        *name = archive_entry_pathname(entry);
        if (*name == NULL)
            *name = "?";
        if (is_file(entry))
            return OK;
    }
    return fail(err, STOP, EXIT_DATA, "bad_archive", "too many entries");
}

static bool is_zip(struct archive *archive)
{
    return (archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK) ==
           ARCHIVE_FORMAT_ZIP;
}

/* The files of a zip are counted on a pass of their own, before any is read. */
static enum status check_entries(int fd, struct err *err)
{
    struct buffer list = {0};
    struct archive *archive;
    const char *name;
    size_t files = 0;
    enum status status = start(&archive, fd, err);

    while (status == OK) {
        status = next_file(archive, &name, err);
        if (status != OK || !is_zip(archive))
            break;
        if (files < ENTRIES_NAMED)
            buffer_print(&list, "%s%s", files > 0 ? ", " : "", name);
        else if (files == ENTRIES_NAMED)
            buffer_string(&list, ", ...");
        files++;
    }
    if (files > 1 && status == END) {
        status =
            fail(err, STOP, EXIT_DATA, "many_entries",
                 "the zip holds %zu files: %s", files, buffer_view(&list).at);
        err_hint(err, "unpack it and name the file to read");
    } else if (files == 0 && status == END && is_zip(archive)) {
        status =
            fail(err, STOP, EXIT_DATA, "empty_file", "the zip holds no file");
    }
    (void)archive_read_free(archive);
    buffer_free(&list);
    return status == STOP ? STOP : OK;
}

enum status unpack_open(struct unpack **out, int fd, struct err *err)
{
    struct unpack *unpack;
    const char *name;
    enum status status = check_entries(fd, err);

    *out = NULL;
    if (status != OK)
        return status;
    unpack = calloc(1, sizeof(*unpack));
    if (unpack == NULL)
        abort();
    status = start(&unpack->archive, fd, err);
    if (status == OK)
        status = next_file(unpack->archive, &name, err);
    unpack->empty = status == END;
    if (status == STOP) {
        unpack_close(unpack);
        return STOP;
    }
    *out = unpack;
    return OK;
}

void unpack_close(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    (void)archive_read_free(unpack->archive);
    free(unpack);
}

enum status unpack_read(struct unpack *unpack, char *to, size_t size,
                        size_t *got, struct err *err)
{
    long long packed;
    la_ssize_t done;

    *got = 0;
    if (unpack->empty)
        return END;
    do
        done = archive_read_data(unpack->archive, to, size);
    while (done == ARCHIVE_RETRY);
    if (done < 0)
        return broken(unpack->archive, err);
    if (done == 0)
        return END;
    *got = (size_t)done;
    unpack->unpacked += done;
    packed = archive_filter_bytes(unpack->archive, -1);
    if (unpack->unpacked > INPUT_MAX)
        return fail(err, STOP, EXIT_DATA, "too_large",
                    "the file is larger than %lld GiB",
                    INPUT_MAX / (1024 * 1024 * 1024));
    if (unpack->unpacked > RATIO_FROM &&
        unpack->unpacked / INPUT_RATIO_MAX > (packed > 0 ? packed : 1))
        return fail(err, STOP, EXIT_DATA, "too_large",
                    "the compressed file grows more than %d times",
                    INPUT_RATIO_MAX);
    return OK;
}
