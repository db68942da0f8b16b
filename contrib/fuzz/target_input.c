/*
 * target_input.c - containers and encodings: the same bytes whatever the size
 * of the bites, and UTF-8 whenever an encoding was named.
 */
#include "fuzz.h"

#include "formats/input.h"

/* Enough to see what an unpacked file begins with. */
enum { READ_MAX = 32 * 1024 };

/* Whether it ended well. */
static bool read_all(struct input *input, size_t bite, struct buffer *out)
{
    char bytes[4096];
    enum status status = OK;
    struct err err = {0};
    size_t got;

    buffer_clear(out);
    while (status == OK && out->size < READ_MAX) {
        got = 0;
        status = input_read(input, bytes, bite, &got, &err);
        if (got > bite || (status == OK && got == 0))
            fuzz_broken("%zu of %zu bytes", got, bite);
        buffer_add(out, bytes, got);
    }
    if (status == REJECT || status == RETRY)
        fuzz_broken("a read gave status %d", (int)status);
    if (out->size > READ_MAX)
        out->size = READ_MAX;
    if (status == STOP)
        fuzz_check_err(status, &err);
    return status != STOP;
}

/* Whole characters, but for the one that READ_MAX may have cut. */
static bool utf8_so_far(struct text text)
{
    for (size_t cut = 0; cut < 4 && cut <= text.size; cut++)
        if (text_is_utf8((struct text){text.at, text.size - cut}))
            return true;
    return false;
}

/* How much of a damaged file still unpacks is the unpacker's affair: but what
 * came out is the same, and it is damaged either way. */
static bool same(const struct buffer *a, bool a_well, const struct buffer *b,
                 bool b_well)
{
    const struct buffer *less = a->size < b->size ? a : b;
    const struct buffer *more = less == a ? b : a;
    bool alike = a_well == b_well || more->size == READ_MAX;

    return alike && (!a_well || !b_well || a->size == b->size) &&
           text_equal(buffer_view(less), (struct text){more->at, less->size});
}

static void open_and_read(struct text bytes, const char *encoding,
                          enum encoding_origin origin)
{
    struct buffer whole = {0}, bites = {0};
    struct input *input;
    struct err err = {0};
    bool well;
    enum status status =
        input_open(&input, fuzz_file(0, bytes), encoding, origin, &err);

    if (status != OK) {
        fuzz_check_err(status, &err);
        return;
    }
    well = read_all(input, 4096, &whole);
    if (input_rewind(input, &err) == OK) {
        if (!same(&whole, well, &bites, read_all(input, 7, &bites)))
            fuzz_broken("%zu bytes, and in small bites %zu", whole.size,
                        bites.size);
    } else {
        fuzz_check_err(STOP, &err);
    }
    if (input_encoding_known(input) &&
        strcmp(input_encoding(input), "UTF-8") != 0 &&
        !utf8_so_far(buffer_view(&whole)))
        fuzz_broken("%s came out as no UTF-8", input_encoding(input));
    input_close(input);
    buffer_free(&whole);
    buffer_free(&bites);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = {(const char *)data, size};

    open_and_read(bytes, NULL, ENCODING_TOLD);
    open_and_read(bytes, "windows-1252", ENCODING_USUAL);
    open_and_read(bytes, "windows-1252", ENCODING_TOLD);
    open_and_read(bytes, "shift_jis", ENCODING_TOLD);
    open_and_read(bytes, "utf-16le", ENCODING_TOLD);
    return 0;
}
