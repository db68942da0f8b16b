/*
 * codes.c - the table of problem codes.
 */
#include "sync/codes.h"

#include <stddef.h>
#include <string.h>

const struct code codes[] = {
#define CODE(name, meaning, remedy) {#name, meaning, remedy},
#include "sync/codes_list.h"
#undef CODE
    {NULL, NULL, NULL},
};

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
