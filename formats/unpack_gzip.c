/*
 * unpack_gzip.c - zlib over an origin, member after member.
 */
#include "formats/unpack_gzip.h"

#include "formats/packing.h"

#include <stdlib.h>
#include <zlib.h>

enum {
    BLOCK = 64 * 1024,
    GZIP_ONLY = 16 + MAX_WBITS, /* as inflateInit2 has it */
};

struct gunzip {
    struct origin *origin; /* borrowed */
    z_stream stream;
    uint64_t place; /* of the origin, behind what is in block */
    bool inside;    /* of a member */
    bool begun;     /* some member was there */
    unsigned char block[BLOCK];
};

struct gunzip *gunzip_open(struct origin *origin)
{
    struct gunzip *gunzip = calloc(1, sizeof(*gunzip));

    if (gunzip == NULL || inflateInit2(&gunzip->stream, GZIP_ONLY) != Z_OK)
        abort();
    gunzip->origin = origin;
    return gunzip;
}

void gunzip_close(struct gunzip *gunzip)
{
    if (gunzip == NULL)
        return;
    (void)inflateEnd(&gunzip->stream);
    free(gunzip);
}

uint64_t gunzip_used(const struct gunzip *gunzip)
{
    return gunzip->place - gunzip->stream.avail_in;
}

/* More of the origin into the block, which is used up; none at its end. */
static enum status fill(struct gunzip *gunzip, struct err *err)
{
    size_t got;

    if (gunzip->stream.avail_in > 0)
        return OK;
    if (origin_read(gunzip->origin, gunzip->place, (char *)gunzip->block, BLOCK,
                    &got, err) == STOP)
        return STOP;
    gunzip->stream.next_in = gunzip->block;
    gunzip->stream.avail_in = (uInt)got;
    gunzip->place += got;
    return OK;
}

static enum status broken(const char *why, struct err *err)
{
    return fail(err, STOP, EXIT_DATA, "bad_archive",
                "the compressed file is broken or cut short: %s", why);
}

/* Tapes and block devices fill up with zeros; nothing may follow those. */
static enum status pass_zeros(struct gunzip *gunzip, struct err *err)
{
    z_stream *stream = &gunzip->stream;

    do {
        while (stream->avail_in > 0 && stream->next_in[0] == 0) {
            stream->next_in++;
            stream->avail_in--;
        }
        if (stream->avail_in > 0)
            return OK;
        if (fill(gunzip, err) != OK)
            return STOP;
    } while (stream->avail_in > 0);
    return END;
}

/* Between two members: OK in the next, END behind the last. */
static enum status enter(struct gunzip *gunzip, struct err *err)
{
    bool zeros;
    enum status status;

    if (fill(gunzip, err) != OK)
        return STOP;
    if (gunzip->stream.avail_in == 0 && gunzip->begun)
        return END;
    zeros = gunzip->begun && gunzip->stream.next_in[0] == 0;
    status = zeros ? pass_zeros(gunzip, err) : OK;
    if (status != OK)
        return status;
    if (zeros || (gunzip->begun && gunzip->stream.next_in[0] != 0x1f))
        return packing_goes_on("gzip", gunzip_used(gunzip), err);
    (void)inflateReset(&gunzip->stream);
    gunzip->inside = gunzip->begun = true;
    return OK;
}

enum status gunzip_read(struct gunzip *gunzip, char *to, size_t size,
                        size_t *got, struct err *err)
{
    z_stream *stream = &gunzip->stream;

    *got = 0;
    stream->next_out = (Bytef *)to;
    stream->avail_out = (uInt)size;
    while (stream->avail_out > 0) {
        enum status status = gunzip->inside ? OK : enter(gunzip, err);
        int result;

        if (status == OK)
            status = fill(gunzip, err);
        if (status == STOP)
            return STOP;
        if (status == END)
            break;
        if (stream->avail_in == 0)
            return broken("it ends in the middle", err);
        result = inflate(stream, Z_NO_FLUSH);
        if (result == Z_STREAM_END)
            gunzip->inside = false;
        else if (result == Z_MEM_ERROR)
            abort();
        else if (result != Z_OK)
            return broken(stream->msg != NULL ? stream->msg : "bad data", err);
    }
    *got = size - stream->avail_out;
    return *got > 0 ? OK : END;
}
