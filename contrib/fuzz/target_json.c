/*
 * target_json.c - JSON documents: records as found, and at a path; and the
 * same bytes as one value.
 */
#include "fuzz.h"

/* A value that is taken is written and taken again as the same. */
static void one_value(struct text bytes)
{
    struct names *names = names_open();
    struct arena *arena = arena_open();
    struct buffer first = {0}, second = {0};
    struct node *node;
    struct err err = {0};
    enum status status = json_parse(bytes, arena, names, &node, &err);

    if (status == OK) {
        json_write(&first, node);
        if (json_parse(buffer_view(&first), arena, names, &node, &err) != OK)
            fuzz_broken("%s: %s", err.message, first.at);
        json_write(&second, node);
        if (!text_equal(buffer_view(&first), buffer_view(&second)))
            fuzz_broken("written %s, read again %s", first.at, second.at);
        buffer_clear(&second);
        json_write_pretty(&second, node);
        if (json_parse(buffer_view(&second), arena, names, &node, &err) != OK)
            fuzz_broken("%s: %s", err.message, second.at);
    } else {
        fuzz_check_err(status, &err);
    }
    buffer_free(&first);
    buffer_free(&second);
    arena_close(arena);
    names_close(names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct reader_options at_path = {.records = "data.customers"};
    struct text bytes = {(const char *)data, size};

    one_value(bytes);
    fuzz_reader("json", NULL, bytes);
    fuzz_reader("json", &at_path, bytes);
    return 0;
}
