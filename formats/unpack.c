/*
 * unpack.c - tells what a file is, and sees to it that it came out whole.
 */
#include "formats/unpack.h"

#include "formats/limits.h"
#include "formats/packing.h"
#include "formats/unpack_archive.h"
#include "formats/unpack_gzip.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* Small files of one byte repeated are no bombs. */
    RATIO_FROM = 4 * 1024 * 1024,
};

struct unpack {
    struct origin *origin; /* borrowed */
    const struct packing *packing;
    struct packed packed;
    struct gunzip *gunzip; /* of a gzip: instead of packed */
    uint64_t unpacked;     /* bytes handed out */
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
    const struct packing *packing;
    char head[PACKING_HEAD];
    size_t size;
    enum status status;

    *out = NULL;
    if (unpack == NULL)
        abort();
    unpack->origin = origin;
    status = origin_read(origin, 0, head, sizeof(head), &size, err);
    packing = unpack->packing = packing_of((struct text){head, size});
    if (status != STOP)
        status = check_kind(packing, false, err);
    if (status == OK && entry != NULL &&
        (packing == NULL || packing->kind != PACKING_ZIP))
        status = fail(err, STOP, EXIT_NOINPUT, "no_input",
                      "cannot open: only a zip has files in it");
    if (status == OK && packing != NULL && packing->kind == PACKING_GZIP)
        unpack->gunzip = gunzip_open(origin);
    else if (status == OK && packing != NULL)
        status = packed_open(&unpack->packed, origin,
                             packing->kind == PACKING_ZIP, entry, err);
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
    gunzip_close(unpack->gunzip);
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
    return packing_goes_on(unpack->packing->name, used, err);
}

static enum status check_end(struct unpack *unpack, struct err *err)
{
    enum status status = OK;

    if (unpack->packing != NULL && unpack->packing->kind == PACKING_STREAM)
        status = check_rest(unpack, err);
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
    packed = unpack->gunzip != NULL ? gunzip_used(unpack->gunzip)
                                    : packed_used(&unpack->packed);
    if (unpack->unpacked / INPUT_RATIO_MAX <= (packed > 0 ? packed : 1))
        return OK;
    return fail(err, STOP, EXIT_DATA, "too_large",
                "the compressed file grows more than %d times",
                INPUT_RATIO_MAX);
}

static enum status read_any(struct unpack *unpack, char *to, size_t size,
                            size_t *got, struct err *err)
{
    if (unpack->gunzip != NULL)
        return gunzip_read(unpack->gunzip, to, size, got, err);
    if (unpack->packing != NULL)
        return packed_read(&unpack->packed, to, size, got, err);
    return origin_read(unpack->origin, unpack->unpacked, to, size, got, err);
}

enum status unpack_read(struct unpack *unpack, char *to, size_t size,
                        size_t *got, struct err *err)
{
    bool first = unpack->unpacked == 0;
    enum status status = read_any(unpack, to, size, got, err);

    if (status == END)
        return check_end(unpack, err);
    if (status != OK)
        return status;
    if (first && unpack->packing != NULL)
        status = check_kind(packing_of((struct text){to, *got}), true, err);
    unpack->unpacked += *got;
    return status == OK ? check_size(unpack, err) : status;
}

bool unpack_is_plain(const struct unpack *unpack)
{
    return unpack->packing == NULL;
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
