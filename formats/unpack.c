/*
 * unpack.c - tells what a file is, and sees to it that it came out whole.
 */
#include "formats/unpack.h"

#include "formats/limits.h"
#include "formats/packing.h"
#include "formats/unpack_archive.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK = 64 * 1024,
    /* Small files of one byte repeated are no bombs. */
    RATIO_FROM = 4 * 1024 * 1024,
    GZIP_TRAILER = 8, /* checksum and size of what was packed */
};

struct unpack {
    struct origin *origin; /* borrowed */
    const struct packing *packing;
    struct packed packed;
    uint64_t place;     /* of a plain file: what was handed out */
    long long unpacked; /* bytes handed out */
    uint32_t crc;
};

static enum status check_kind(const struct packing *packing, bool inside,
                              struct err *err)
{
    if (packing == NULL)
        return OK;
    if (packing->kind == PACKING_FOREIGN) {
        (void)fail(err, STOP, EXIT_DATA, "bad_archive",
                   "the file is of the kind %s, which is not read",
                   packing->name);
        err_hint(err, "%s", packing->hint);
        return STOP;
    }
    if (!inside)
        return OK;
    (void)fail(err, STOP, EXIT_DATA, "bad_archive",
               "the file is packed twice: what is in it is %s", packing->name);
    err_hint(err, "unpack it once before");
    return STOP;
}

enum status unpack_open(struct unpack **out, struct origin *origin,
                        const char *entry, struct err *err)
{
    struct unpack *unpack = calloc(1, sizeof(*unpack));
    char head[PACKING_HEAD];
    size_t size;
    enum status status;

    *out = NULL;
    if (unpack == NULL)
        abort();
    unpack->origin = origin;
    status = origin_read(origin, 0, head, sizeof(head), &size, err);
    unpack->packing = packing_of((struct text){head, size});
    if (status != STOP)
        status = check_kind(unpack->packing, false, err);
    if (status == OK && unpack->packing != NULL)
        status = packed_open(&unpack->packed, origin,
                             unpack->packing->kind == PACKING_ZIP, entry, err);
    else if (status == OK && entry != NULL)
        status = fail(err, STOP, EXIT_NOINPUT, "no_input",
                      "cannot open: only a zip has files in it");
    if (status != OK) {
        unpack_close(unpack);
        return status;
    }
    *out = unpack;
    return OK;
}

void unpack_close(struct unpack *unpack)
{
    if (unpack == NULL)
        return;
    packed_close(&unpack->packed);
    free(unpack);
}

/* What stands behind the last packed byte is the rest of something. */
static enum status check_rest(struct unpack *unpack, struct err *err)
{
    uint64_t used = packed_used(&unpack->packed), size;

    if (origin_size(unpack->origin, &size, err) != OK)
        return STOP;
    if (used == size)
        return OK;
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken: behind its end, at byte "
                "%llu, there is more that is not %s",
                (unsigned long long)used, unpack->packing->name);
}

static uint32_t number(const unsigned char *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
           (uint32_t)at[3] << 24;
}

static enum status bad_checksum(uint32_t wanted, uint32_t got, struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken: its checksum is %08x, that of "
                "what is in it %08x",
                wanted, got);
}

/* The checksum of what comes behind that many bytes, on a pass of its own. */
static enum status crc_behind(struct unpack *unpack, uint64_t skip,
                              uint32_t *crc, struct err *err)
{
    struct packed packed = {0};
    char *block = malloc(BLOCK);
    enum status status = packed_open(&packed, unpack->origin, false, NULL, err);
    size_t got;

    if (block == NULL)
        abort();
    *crc = 0;
    while (status == OK &&
           (status = packed_read(&packed, block, BLOCK, &got, err)) == OK) {
        size_t skipped = got < skip ? got : (size_t)skip;

        skip -= skipped;
        *crc = packing_crc(*crc, block + skipped, got - skipped);
    }
    packed_close(&packed);
    free(block);
    return status == END ? OK : status;
}

/*
 * libarchive takes gzip's checksum and size as they come. Those at the file's
 * end are the last member's; nearly always it is the only one.
 */
static enum status check_gzip(struct unpack *unpack, struct err *err)
{
    unsigned char trailer[GZIP_TRAILER];
    uint64_t size, behind;
    uint32_t crc = unpack->crc;
    size_t got;

    if (origin_size(unpack->origin, &size, err) != OK)
        return STOP;
    if (size < GZIP_TRAILER ||
        origin_read(unpack->origin, size - GZIP_TRAILER, trailer, GZIP_TRAILER,
                    &got, err) == STOP)
        return STOP;
    behind = number(trailer + 4);
    if (behind != (uint32_t)unpack->unpacked) {
        if (behind > (uint64_t)unpack->unpacked)
            return bad_checksum(number(trailer), crc, err);
        if (crc_behind(unpack, (uint64_t)unpack->unpacked - behind, &crc,
                       err) != OK)
            return STOP;
    }
    return number(trailer) == crc ? OK
                                  : bad_checksum(number(trailer), crc, err);
}

static enum status check_end(struct unpack *unpack, struct err *err)
{
    enum status status = OK;

    if (unpack->packing != NULL && unpack->packing->kind == PACKING_STREAM)
        status = check_rest(unpack, err);
    if (status == OK && unpack->packing != NULL &&
        strcmp(unpack->packing->name, "gzip") == 0)
        status = check_gzip(unpack, err);
    if (status == OK)
        status = origin_check(unpack->origin, err);
    return status == OK ? END : status;
}

static enum status check_size(const struct unpack *unpack, struct err *err)
{
    uint64_t packed;

    if (unpack->unpacked > INPUT_MAX)
        return fail(err, STOP, EXIT_DATA, "too_large",
                    "the file is larger than %lld GiB",
                    INPUT_MAX / (1024 * 1024 * 1024));
    if (unpack->packing == NULL || unpack->unpacked <= RATIO_FROM)
        return OK;
    packed = packed_used(&unpack->packed);
    if ((uint64_t)unpack->unpacked / INPUT_RATIO_MAX <=
        (packed > 0 ? packed : 1))
        return OK;
    return fail(err, STOP, EXIT_DATA, "too_large",
                "the compressed file grows more than %d times",
                INPUT_RATIO_MAX);
}

enum status unpack_read(struct unpack *unpack, char *to, size_t size,
                        size_t *got, struct err *err)
{
    bool first = unpack->unpacked == 0;
    enum status status =
        unpack->packing == NULL
            ? origin_read(unpack->origin, unpack->place, to, size, got, err)
            : packed_read(&unpack->packed, to, size, got, err);

    if (status == END)
        return check_end(unpack, err);
    if (status != OK)
        return status;
    if (first && unpack->packing != NULL)
        status = check_kind(packing_of((struct text){to, *got}), true, err);
    if (unpack->packing != NULL && strcmp(unpack->packing->name, "gzip") == 0)
        unpack->crc = packing_crc(unpack->crc, to, *got);
    unpack->place += *got;
    unpack->unpacked += (long long)*got;
    return status == OK ? check_size(unpack, err) : status;
}

char *unpack_only_name(const char *path)
{
    struct origin *origin;
    struct packed packed = {0};
    char head[PACKING_HEAD], *name = NULL;
    const struct packing *packing;
    struct err ignored;
    size_t size;

    if (origin_open(&origin, path, &ignored) != OK)
        return NULL;
    if (origin_read(origin, 0, head, sizeof(head), &size, &ignored) == OK) {
        packing = packing_of((struct text){head, size});
        if (packing != NULL && packing->kind == PACKING_ZIP &&
            packed_open(&packed, origin, true, NULL, &ignored) == OK)
            name = strdup(packed.name);
    }
    packed_close(&packed);
    origin_close(origin);
    return name;
}
