/* spool.c - see spool.h. */
#include "sync/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spool {
    FILE *file;
    struct source *source; /* borrowed */
    uint64_t end;
    bool reading;
    char buffer[64 * 1024]; /* of file, which takes 4 KiB by itself */
};

struct entry {
    uint64_t place;
    uint32_t raw, customer; /* bytes */
    uint32_t line, file;
};

/* Whether its raw bytes are left where the source has them. */
static bool stays(const struct spool *spool, size_t customer, uint32_t file)
{
    return spool->source != NULL && customer == 0 &&
           source_keeps(spool->source, file);
}

/* Not tmpfile(): /tmp is often memory, and TMPDIR is the user's to set. */
static FILE *temporary(void)
{
    const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};

    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
        char path[4096];
        int fd;

        if (folders[i] == NULL || folders[i][0] == '\0')
            continue;
        snprintf(path, sizeof(path), "%s/custsync-XXXXXX", folders[i]);
        fd = mkostemp(path, O_CLOEXEC);
        if (fd < 0)
            continue;
        unlink(path);
        return fdopen(fd, "w+");
    }
    return NULL;
}

enum status spool_temporary(FILE **out, const char *what, struct err *err)
{
    *out = temporary();
    if (*out != NULL)
        return OK;
    fail(err, STOP, EXIT_CANTCREAT, "io", "no temporary file can be made: %s",
         strerror(errno));
    err_hint(err, "set TMPDIR to a folder with space for %s", what);
    return STOP;
}

enum status spool_open(struct spool **out, struct source *source,
                       struct err *err)
{
    struct spool *spool;
    FILE *file;

    if (spool_temporary(&file, "the source", err) != OK)
        return STOP;
    spool = calloc(1, sizeof(*spool));
    if (spool == NULL)
        abort();
    setvbuf(file, spool->buffer, _IOFBF, sizeof(spool->buffer));
    spool->file = file;
    spool->source = source;
    *out = spool;
    return OK;
}

void spool_close(struct spool *spool)
{
    if (spool == NULL)
        return;
    fclose(spool->file);
    free(spool);
}

static enum status write_failed(struct err *err)
{
    fail(err, STOP, EXIT_IO, "io", "the temporary file cannot be written: %s",
         strerror(errno));
    err_hint(err, "it needs up to four times the size of the source; set "
                  "TMPDIR to a folder with space");
    return STOP;
}

enum status spool_add(struct spool *spool, const struct spooled *row,
                      uint64_t *offset, struct err *err)
{
    struct text raw = row->raw, customer = row->customer;
    struct entry entry = {row->place, (uint32_t)raw.size,
                          (uint32_t)customer.size, row->line, row->file};

    if (stays(spool, customer.size, row->file))
        raw.size = 0;
    if (fwrite(&entry, sizeof(entry), 1, spool->file) != 1 ||
        (raw.size > 0 && fwrite(raw.at, raw.size, 1, spool->file) != 1) ||
        (customer.size > 0 &&
         fwrite(customer.at, customer.size, 1, spool->file) != 1))
        return write_failed(err);
    *offset = spool->end;
    spool->end += sizeof(entry) + raw.size + customer.size;
    return OK;
}

static bool read_at(const struct spool *spool, void *to, size_t size,
                    uint64_t offset)
{
    char *at = to;

    while (size > 0) {
        ssize_t got = pread(fileno(spool->file), at, size, (off_t)offset);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        size -= (size_t)got;
        offset += (uint64_t)got;
    }
    return true;
}

static enum status read_failed(struct err *err)
{
    return fail(err, STOP, EXIT_IO, "io",
                "the temporary file cannot be read: %s", strerror(errno));
}

enum status spool_get(struct spool *spool, uint64_t offset, struct arena *arena,
                      struct spooled *row, struct err *err)
{
    struct entry entry;
    char *raw, *customer;

    if (!spool->reading) {
        if (fflush(spool->file) != 0)
            return write_failed(err);
        spool->reading = true;
    }
    if (!read_at(spool, &entry, sizeof(entry), offset))
        return read_failed(err);
    *row = (struct spooled){.line = entry.line, .file = entry.file};
    if (stays(spool, entry.customer, entry.file))
        return source_again(spool->source, entry.file, entry.place, entry.raw,
                            arena, &row->raw, err);
    raw = arena_take(arena, (size_t)entry.raw + entry.customer + 2);
    customer = raw + entry.raw + 1;
    if (!read_at(spool, raw, entry.raw, offset + sizeof(entry)) ||
        !read_at(spool, customer, entry.customer,
                 offset + sizeof(entry) + entry.raw))
        return read_failed(err);
    row->raw = (struct text){raw, entry.raw};
    row->customer = (struct text){customer, entry.customer};
    return OK;
}
