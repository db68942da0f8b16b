/*
 * provider_parts.c - words, templates, paths and lists of a provider file.
 */
#include "mappings/provider_parts.h"

#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"
#include "mappings/template.h"

/* What the sender fills in by itself. */
static const char *const standard[] = {"base_url",
                                       "method",
                                       "path",
                                       "timestamp",
                                       "body_sha256",
                                       "signature",
                                       "access_token",
                                       "refresh_token",
                                       "redirect_uri",
                                       "state",
                                       "code",
                                       "id",
                                       NULL};

size_t words_count(const char *const *words)
{
    size_t count = 0;

    while (words != NULL && words[count] != NULL)
        count++;
    return count;
}

static bool is_word(const struct node *node)
{
    return node->kind == NODE_TEXT || node->kind == NODE_NUMBER;
}

/* Texts of an arena end in a NUL byte, and hold none. */
const char *part_word(struct loader *loader, const struct node *object,
                      const char *name)
{
    struct text text = check_text(loader->check, object, name);

    return text.at;
}

static void add_names(const char **out, size_t *count, const char *const *names)
{
    for (; names != NULL && *names != NULL; names++)
        out[(*count)++] = *names;
}

static void check_template(struct loader *loader, const struct node *at,
                           const char *template)
{
    const char *const *settings = loader->provider->settings;
    const char **names = arena_take(
        loader->arena, (words_count(settings) + words_count(loader->extra) +
                        sizeof(standard) / sizeof(standard[0])) *
                           sizeof(*names));
    const char *reason = NULL, *near;
    struct text name;
    size_t count = 0;

    add_names(names, &count, standard);
    add_names(names, &count, settings);
    add_names(names, &count, loader->extra);
    if (template_good(template, names, &reason, &name))
        return;
    if (name.size == 0) {
        check_fault(loader->check, at, "%s", reason);
        return;
    }
    check_fault(loader->check, at, "unknown name {%.*s}", TEXT_ARGS(name));
    near = suggest(arena_string(loader->arena, name), names);
    if (near != NULL)
        check_hint(loader->check, "did you mean {%s}?", near);
    else
        check_hint(loader->check, "a setting must be listed in settings");
}

const char *part_template(struct loader *loader, const struct node *object,
                          const char *name)
{
    const char *word = part_word(loader, object, name);

    if (word != NULL)
        check_template(loader, node_member(object, name), word);
    return word;
}

const char *const *part_words(struct loader *loader, const struct node *object,
                              const char *name)
{
    const struct node *node = node_member(object, name);
    const char **words;
    size_t count = 0;

    if (node == NULL || node->kind == NODE_NULL)
        return NULL;
    words = arena_take(loader->arena, (node_count(node) + 2) * sizeof(*words));
    if (is_word(node)) {
        words[0] = node->text.at;
        return words;
    }
    if (node->kind != NODE_LIST) {
        check_fault(loader->check, node, "%s must be a text or a list of texts",
                    name);
        return NULL;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (is_word(n))
            words[count++] = n->text.at;
        else
            check_fault(loader->check, n, "%s must hold texts only", name);
    }
    return words;
}

const char *const *part_paths(struct loader *loader, const struct node *object,
                              const char *name)
{
    const char *const *paths = part_words(loader, object, name);
    const char *reason;

    for (size_t i = 0; paths != NULL && paths[i] != NULL; i++)
        if (!path_good(paths[i], &reason))
            check_fault(loader->check, node_member(object, name),
                        "'%s' is no path: %s", paths[i], reason);
    return paths;
}

struct pairs part_pairs(struct loader *loader, const struct node *object,
                        const char *name)
{
    const struct node *node = node_member(object, name);
    struct pair *pairs;
    size_t count = 0;

    if (node == NULL || node->kind == NODE_NULL)
        return (struct pairs){0};
    if (node->kind != NODE_OBJECT) {
        check_fault(loader->check, node, "%s must be a set of keys", name);
        return (struct pairs){0};
    }
    pairs = arena_take(loader->arena, (node_count(node) + 1) * sizeof(*pairs));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (!is_word(n)) {
            check_fault(loader->check, n, "%s must be a text", n->name);
            continue;
        }
        check_template(loader, n, n->text.at);
        pairs[count++] = (struct pair){n->name, n->text.at};
    }
    return (struct pairs){pairs, count};
}

static bool to_status(const struct node *node, int *out)
{
    uint64_t number;

    if (node->kind != NODE_NUMBER || !text_to_u64(node->text, &number) ||
        number == 0 || number > 599 || (number > 5 && number < 100))
        return false;
    *out = (int)number;
    return true;
}

const int *part_statuses(struct loader *loader, const struct node *object,
                         const char *name)
{
    const struct node *node = node_member(object, name);
    int *statuses;
    size_t count = 0;

    if (node == NULL || node->kind == NODE_NULL)
        return NULL;
    statuses =
        arena_take(loader->arena, (node_count(node) + 2) * sizeof(*statuses));
    if (node->kind != NODE_LIST) {
        if (!to_status(node, &statuses[0]))
            check_fault(loader->check, node,
                        "%s must be an HTTP status or a list of them", name);
        return statuses;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next)
        if (!to_status(n, &statuses[count++]))
            check_fault(loader->check, n, "%s must hold HTTP statuses", name);
    return statuses;
}

const enum field *part_fields(struct loader *loader, const struct node *object,
                              const char *name, size_t *count)
{
    const char *const *words = part_words(loader, object, name);
    enum field *fields =
        arena_take(loader->arena, (words_count(words) + 1) * sizeof(*fields));

    *count = 0;
    for (; words != NULL && *words != NULL; words++) {
        enum field field = field_define(text_of(*words));
        const char *near;

        if (field != FIELD_NONE) {
            fields[(*count)++] = field;
            continue;
        }
        check_fault(loader->check, node_member(object, name),
                    "unknown field '%.80s'", *words);
        near = field_suggest(text_of(*words));
        if (near != NULL)
            check_hint(loader->check, "did you mean '%s'?", near);
    }
    return fields;
}

uint32_t part_number(struct loader *loader, const struct node *object,
                     const char *name, uint32_t otherwise)
{
    const struct node *node = node_member(object, name);
    uint64_t number;

    if (node == NULL || node->kind == NODE_NULL)
        return otherwise;
    if (node->kind == NODE_NUMBER && text_to_u64(node->text, &number) &&
        number <= 1000 * 1000)
        return (uint32_t)number;
    check_fault(loader->check, node, "%s must be a whole number", name);
    return otherwise;
}

uint64_t part_duration(struct loader *loader, const struct node *object,
                       const char *name, uint64_t otherwise)
{
    struct text text = check_text(loader->check, object, name);
    uint64_t ms;

    if (text.size == 0)
        return otherwise;
    if (duration_parse(text, &ms))
        return ms;
    check_fault(loader->check, node_member(object, name),
                "'%.40s' is no duration", text.at);
    check_hint(loader->check, "write it as 200ms, 10s, 5m or 2h");
    return otherwise;
}

const struct node *part_object(struct loader *loader, const struct node *object,
                               const char *name, const char *const *keys)
{
    const struct node *node = node_member(object, name);

    if (node == NULL || node->kind == NODE_NULL)
        return NULL;
    check_keys(loader->check, node, keys, name);
    return node->kind == NODE_OBJECT ? node : NULL;
}

struct request_spec part_request(struct loader *loader, const struct node *call)
{
    static const char *const methods[] = {"GET",   "POST",   "PUT",
                                          "PATCH", "DELETE", NULL};
    struct request_spec request = {0};
    const char *word = part_template(loader, call, "request");
    const struct node *at = node_member(call, "request");
    const char *blank;

    if (word == NULL) {
        check_fault(loader->check, call, "request is missing");
        check_hint(loader->check, "as in request: GET /v1/customers");
        return request;
    }
    blank = strchr(word, ' ');
    for (size_t i = 0; blank != NULL && methods[i] != NULL; i++)
        if (text_is((struct text){word, (size_t)(blank - word)}, methods[i]))
            request.method = methods[i];
    if (request.method == NULL || blank[1] != '/') {
        check_fault(loader->check, at,
                    "request must be a method, a blank and a path");
        check_hint(loader->check, "as in GET /v1/customers");
        return request;
    }
    request.path = blank + 1;
    request.query = part_pairs(loader, call, "query");
    return request;
}

size_t part_choice(struct loader *loader, const struct node *object,
                   const char *name, const char *const *words, size_t otherwise)
{
    const char *word = part_word(loader, object, name);
    const char *near;

    if (word == NULL)
        return otherwise;
    for (size_t i = 0; words[i] != NULL; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    check_fault(loader->check, node_member(object, name),
                "%s cannot be '%.60s'", name, word);
    near = suggest(word, words);
    if (near != NULL)
        check_hint(loader->check, "did you mean '%s'?", near);
    return otherwise;
}
