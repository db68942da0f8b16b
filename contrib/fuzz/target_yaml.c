/*
 * target_yaml.c - a mapping file: loaded, built, and when it is a mapping, used
 * both ways.
 */
#include "fuzz.h"

#include "mappings/mapping.h"

static const char record[] =
    "{\"id\":\"007\",\"name\":\"Ann Able\",\"Email\":\"ann@example.com\","
    "\"tags\":[\"a\",\"b\"],\"phone\":\"0491 570 156\",\"a\":{\"b\":[{\"c\":"
    "\"1\"}]},\"created_at\":\"2026-11-20\"}";

static void use(const struct mapping *mapping, struct arena *arena,
                struct names *names)
{
    struct cleaning cleaning = {.regions = {"AU"}, .cells = true};
    struct customer *customer;
    struct node *object;
    struct err err = {0};
    struct buffer out = {0};

    if (json_parse(text_of(record), arena, names, &object, &err) != OK)
        fuzz_broken("the record: %s", err.message);
    if (mapping_read(mapping, object, &cleaning, arena, &customer, &err) ==
        OK) {
        customer = mapping_project(mapping, customer, true, arena);
        json_write(&out, mapping_write(mapping, customer, NULL, NULL, arena));
        if (!text_is_utf8(buffer_view(&out)))
            fuzz_broken("a written record is not UTF-8");
    }
    buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text bytes = {(const char *)data, size};
    struct arena *arena = arena_open();
    struct names *names = names_open();
    struct check check = {.file = "x.yaml", .quiet = true};
    struct mapping *mapping = NULL;
    struct node *tree;
    struct err err = {0};
    enum status status = yaml_parse(bytes, "x.yaml", arena, names, &tree, &err);

    if (status == OK)
        status = mapping_build(&mapping, "x", "x.yaml", tree, &check, &err);
    if (status == OK)
        use(mapping, arena, names);
    else
        fuzz_check_err(status, &err);
    mapping_close(mapping);
    names_close(names);
    arena_close(arena);
    return 0;
}
