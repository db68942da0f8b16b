/*
 * zip_end.c - the end of central directory record (APPNOTE 4.3.16).
 */
#include "formats/zip_end.h"

#include "formats/packing.h"

#include <stdlib.h>
#include <string.h>

enum {
    RECORD = 22, /* without its comment */
    COMMENT_MAX = 0xffff,
    /* Stands right before the record where the zip has 64-bit offsets. */
    LOCATOR = 20,
};

struct tail {
    uint64_t from, size; /* of the file: where bytes begins, and its end */
    size_t count;
    char bytes[LOCATOR + RECORD + COMMENT_MAX];
};

static uint32_t number(const char *at, int bytes)
{
    uint32_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | (unsigned char)at[bytes];
    return value;
}

static enum status read_tail(struct tail *tail, struct origin *origin,
                             struct err *err)
{
    enum status status = origin_size(origin, &tail->size, err);

    if (tail->size > sizeof(tail->bytes))
        tail->from = tail->size - sizeof(tail->bytes);
    while (status == OK && tail->count < sizeof(tail->bytes)) {
        size_t got = 0;

        status = origin_read(origin, tail->from + tail->count,
                             tail->bytes + tail->count,
                             sizeof(tail->bytes) - tail->count, &got, err);
        tail->count += got;
    }
    return status == STOP ? STOP : OK;
}

/* The last one, as unzippers have it; NULL: none. */
static const char *find_record(const struct tail *tail)
{
    for (size_t i = tail->count; i >= RECORD; i--)
        if (memcmp(tail->bytes + i - RECORD, "PK\5\6", 4) == 0)
            return tail->bytes + i - RECORD;
    return NULL;
}

static enum status judge(const struct tail *tail, const char *record,
                         struct err *err)
{
    size_t before = (size_t)(record - tail->bytes);
    uint64_t place = tail->from + before;
    uint64_t end = place + RECORD + number(record + 20, 2);
    uint64_t listed = (uint64_t)number(record + 12, 4) + number(record + 16, 4);

    if (end < tail->size)
        return packing_goes_on("zip", end, err);
    if (end > tail->size)
        return fail(err, STOP, EXIT_DATA, "bad_archive",
                    "the compressed file is broken or cut short: it ends in "
                    "its comment");
    if (listed >= place ||
        (before >= LOCATOR && memcmp(record - LOCATOR, "PK\6\7", 4) == 0))
        return OK;
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken: its list of files leaves out "
                "what is in its first %llu bytes",
                (unsigned long long)(place - listed));
}

enum status zip_end_check(struct origin *origin, struct err *err)
{
    struct tail *tail = calloc(1, sizeof(*tail));
    const char *record;
    enum status status;

    if (tail == NULL)
        abort();
    status = read_tail(tail, origin, err);
    record = status == OK ? find_record(tail) : NULL;
    if (record != NULL)
        status = judge(tail, record, err);
    free(tail);
    return status;
}
