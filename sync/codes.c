/*
 * codes.c - the table of problem codes.
 */
#include "sync/codes.h"

#include "formats/arena.h"

#include <stddef.h>
#include <string.h>

const struct code codes[] = {
#define CODE(name, meaning, remedy) {#name, meaning, remedy},
#include "sync/codes_list.h"
#undef CODE
    {NULL, NULL, NULL},
};

const char *const *code_names(struct arena *arena)
{
    size_t count = sizeof(codes) / sizeof(codes[0]);
    const char **names = arena_take(arena, count * sizeof(*names));

    /* The table's own end is the list's. */
    for (size_t i = 0; i < count; i++)
        names[i] = codes[i].name;
    return names;
}

const struct code *code_named(const char *name)
{
    for (const struct code *code = codes; code->name != NULL; code++)
        if (strcmp(code->name, name) == 0)
            return code;
    return NULL;
}

const char *code_remedy(const char *name)
{
    const struct code *code = code_named(name);

    return code != NULL ? code->remedy : NULL;
}
