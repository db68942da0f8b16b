/*
 * template.c - texts with {name} in them.
 */
#include "mappings/template.h"

#include <string.h>

#include "mappings/provider.h"

/* A name is small letters, digits and _, so that other braces stand out. */
static bool name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static bool known(struct text name, const char *const *names)
{
    for (; *names != NULL; names++)
        if (text_is(name, *names))
            return true;
    return false;
}

bool template_good(const char *template, const char *const *names,
                   const char **reason, struct text *name)
{
    *name = (struct text){0};
    while (*template != '\0') {
        const char *start;

        if (*template == '}') {
            *reason = "a } without its {";
            return false;
        }
        if (*template ++ != '{')
            continue;
        do {
            start = template;
            while (name_letter(*template))
                template ++;
            *name = (struct text){start, (size_t)(template - start)};
            if (name->size == 0 || (*template != '}' && *template != '|')) {
                *name = (struct text){0};
                *reason = "a { that no name and } follow";
                return false;
            }
            if (!known(*name, names)) {
                *reason = "unknown name";
                return false;
            }
        } while (*template ++ == '|');
    }
    return true;
}

/* The value of "a" or "a|b"; NULL when none of them has one. */
static const char *value_of(struct text names, template_value *value,
                            const void *self, struct arena *arena)
{
    const char *found = NULL;

    while (found == NULL || *found == '\0') {
        size_t bar = text_find(names, "|");
        char *name = arena_string(arena, (struct text){names.at, bar});
        const char *one = value(self, name);

        if (one != NULL)
            found = one;
        if (bar == names.size)
            break;
        names.at += bar + 1;
        names.size -= bar + 1;
    }
    return found;
}

bool template_fill(const char *template, template_value *value,
                   const void *self,
                   struct text (*escape)(struct arena *arena, struct text),
                   struct arena *arena, struct text *out, const char **missing)
{
    struct buffer filled = {0};
    bool good = true;

    while (*template != '\0') {
        const char *open = strchr(template, '{');
        const char *close = open != NULL ? strchr(open, '}') : NULL;
        const char *found;
        struct text names;

        if (close == NULL) {
            buffer_string(&filled, template);
            break;
        }
        buffer_add(&filled, template, (size_t)(open - template));
        names = (struct text){open + 1, (size_t)(close - open - 1)};
        found = value_of(names, value, self, arena);
        if (found == NULL) {
            *missing = arena_string(arena, names);
            good = false;
            break;
        }
        buffer_text(&filled, escape != NULL ? escape(arena, text_of(found))
                                            : text_of(found));
        template = close + 1;
    }
    if (good)
        *out = arena_text(arena, buffer_view(&filled));
    buffer_free(&filled);
    return good;
}
