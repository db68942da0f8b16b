/*
 * mapping.c - a mapping file from its name to rules, and what it says about
 * files.
 */
#include "mappings/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/locate.h"
#include "mappings/path.h"
#include "mappings/rule.h"

static const char *word(struct mapping *mapping, const struct node *tree,
                        const char *name, struct check *check)
{
    struct text text = check_text(check, tree, name);

    return text.at != NULL ? arena_string(mapping->arena, text) : NULL;
}

/* A list of texts, NULL-ended; NULL when absent. */
static const char *const *words(struct mapping *mapping,
                                const struct node *tree, const char *name,
                                struct check *check)
{
    const struct node *node = node_member(tree, name);
    const char **list;
    size_t count = 0;

    if (node == NULL || node->kind == NODE_NULL)
        return NULL;
    if (node->kind != NODE_LIST || node->first == NULL) {
        check_fault(check, node, "%s must be a list of column names", name);
        return NULL;
    }
    list = arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*list));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (rule_word(n))
            list[count++] = arena_string(mapping->arena, n->text);
        else
            check_fault(check, n, "%s must hold column names", name);
    }
    return list;
}

static void load_reading(struct mapping *mapping, const struct node *tree,
                         struct check *check)
{
    const struct node *delimiter = node_member(tree, "delimiter");
    const struct node *skip = node_member(tree, "skip");
    const char *text = word(mapping, tree, "delimiter", check);
    uint64_t number;

    mapping->encoding = word(mapping, tree, "encoding", check);
    mapping->records = word(mapping, tree, "records", check);
    mapping->by_position = words(mapping, tree, "columns", check);
    mapping->header = words(mapping, tree, "header", check);
    mapping->recognise = words(mapping, tree, "recognise", check);
    if (text != NULL && (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0))
        text = "\t";
    if (text != NULL && (strlen(text) != 1 || *text == '"' || *text == '\n' ||
                         (unsigned char)*text >= 0x80))
        check_fault(check, delimiter, "delimiter must be one ASCII character");
    else if (text != NULL)
        mapping->delimiter = *text;
    if (skip == NULL || skip->kind == NODE_NULL)
        return;
    mapping->skip_set = true;
    if (skip->kind == NODE_NUMBER && text_to_u64(skip->text, &number) &&
        number <= 1000)
        mapping->skip = (uint32_t)number;
    else
        check_fault(check, skip, "skip must be a number of lines");
}

static void load_head(struct mapping *mapping, const struct node *tree,
                      struct check *check)
{
    static const char *const formats[] = {"csv", "json", "ndjson", "xml", NULL};
    const char *phones = word(mapping, tree, "phones", check);
    const char *near;
    size_t i = 0;

    mapping->title = word(mapping, tree, "title", check);
    mapping->format = word(mapping, tree, "format", check);
    mapping->region = word(mapping, tree, "region", check);
    mapping->source = word(mapping, tree, "source", check);
    mapping->custom = word(mapping, tree, "custom", check);
    if (mapping->region != NULL && !region_known(mapping->region))
        check_fault(check, node_member(tree, "region"),
                    "unknown region '%.20s'", mapping->region);
    if (phones != NULL && strcmp(phones, "e164") != 0 &&
        strcmp(phones, "national") != 0)
        check_fault(check, node_member(tree, "phones"),
                    "phones must be e164 or national");
    mapping->national = phones != NULL && strcmp(phones, "national") == 0;
    mapping->flat =
        mapping->format == NULL || strcmp(mapping->format, "csv") == 0;
    if (mapping->format == NULL)
        return;
    while (formats[i] != NULL && strcmp(formats[i], mapping->format) != 0)
        i++;
    if (formats[i] != NULL)
        return;
    check_fault(check, node_member(tree, "format"), "unknown format '%.40s'",
                mapping->format);
    near = suggest(mapping->format, formats);
    if (near != NULL)
        check_hint(check, "did you mean '%s'?", near);
}

static void load_groups(struct mapping *mapping, const struct node *tree,
                        struct check *check)
{
    const struct node *node = node_member(tree, "require_any");
    struct group *groups;

    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (node->kind != NODE_LIST) {
        check_fault(check, node, "require_any must be a list of lists");
        return;
    }
    groups =
        arena_take(mapping->arena, (node_count(node) + 1) * sizeof(*groups));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        struct group *group = &groups[mapping->groups_count];

        if (n->kind != NODE_LIST) {
            check_fault(check, n, "require_any must be a list of lists");
            continue;
        }
        group->fields =
            rule_fields(mapping, n, "require_any", check, &group->count);
        mapping->groups_count++;
    }
    mapping->groups = groups;
}

/* Columns are written as the vendor's header spells them. */
static void spell_columns(struct mapping *mapping)
{
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const char **path = &mapping->rules[i].write.path;

        for (size_t h = 0;
             mapping->flat && *path != NULL && mapping->header != NULL &&
             mapping->header[h] != NULL;
             h++)
            if (columns_same(text_of(*path), text_of(mapping->header[h]))) {
                *path = mapping->header[h];
                break;
            }
    }
}

/* All that changes what comes out: without what is for people. */
static struct text digest_of(const struct node *tree, struct mapping *mapping)
{
    static const char *const left_out[] = {"title", "examples", "recognise",
                                           "name",  "source",   NULL};
    struct buffer bytes = {0};
    struct text digest;

    for (const struct node *n = tree->first; n != NULL; n = n->next) {
        size_t i = 0;

        while (left_out[i] != NULL && strcmp(left_out[i], n->name) != 0)
            i++;
        if (left_out[i] != NULL)
            continue;
        buffer_print(&bytes, "%s=", n->name);
        json_write(&bytes, n);
        buffer_byte(&bytes, '\n');
    }
    /* A table may come from a file of its own. */
    for (size_t r = 0; r < mapping->rules_count; r++)
        for (size_t i = 0; i < mapping->rules[r].table.count; i++) {
            const struct table_row *row = &mapping->rules[r].table.rows[i];

            buffer_print(&bytes, "%.*s>%.*s\n", TEXT_ARGS(row->outside),
                         TEXT_ARGS(row->ours));
        }
    digest = arena_text(mapping->arena, buffer_view(&bytes));
    buffer_free(&bytes);
    return digest;
}

static void example_part(const struct node *example, const char *name,
                         enum node_kind kind, const char *what,
                         struct check *check)
{
    const struct node *part = node_member(example, name);

    if (part != NULL && part->kind != kind)
        check_fault(check, part, "%s of an example must be %s", name, what);
}

static void load_examples(struct mapping *mapping, const struct node *tree,
                          struct check *check)
{
    static const char *const keys[] = {"title",   "input",  "customer",
                                       "output",  "region", "problems",
                                       "skipped", NULL};
    const struct node *node = node_member(tree, "examples");

    if (node == NULL || node->kind == NODE_NULL)
        return;
    if (node->kind != NODE_LIST) {
        check_fault(check, node, "examples must be a list");
        return;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next)
        if (check_keys(check, n, keys, "an example")) {
            example_part(n, "input", NODE_OBJECT, "a record", check);
            example_part(n, "customer", NODE_OBJECT, "our fields", check);
            example_part(n, "output", NODE_OBJECT, "a record", check);
            example_part(n, "problems", NODE_LIST, "a list of codes", check);
        }
    mapping->examples = node;
}

static struct mapping *mapping_new(void)
{
    struct mapping *mapping = calloc(1, sizeof(*mapping));

    if (mapping == NULL)
        abort();
    mapping->arena = arena_open();
    mapping->names = names_open();
    mapping->columns = columns_open();
    return mapping;
}

static void build(struct mapping *mapping, const struct node *tree,
                  struct check *check)
{
    static const char *const keys[] = {
        "name",        "title",     "format",    "recognise", "source",
        "encoding",    "delimiter", "skip",      "region",    "records",
        "columns",     "header",    "skip_when", "fields",    "phones",
        "require_any", "custom",    "examples",  NULL};
    const struct node *skips = node_member(tree, "skip_when");

    check_keys(check, tree, keys, "a mapping");
    if (tree->kind != NODE_OBJECT)
        return;
    load_head(mapping, tree, check);
    load_reading(mapping, tree, check);
    if (mapping->custom != NULL)
        columns_custom(mapping->columns, mapping->custom);
    rules_load(mapping, node_member(tree, "fields"), check);
    if (skips != NULL && skips->kind != NODE_NULL)
        mapping->skips =
            conditions_load(mapping, skips, check, &mapping->skips_count);
    load_groups(mapping, tree, check);
    spell_columns(mapping);
    load_examples(mapping, tree, check);
    mapping->digest = digest_of(tree, mapping);
}

/* Nodes of the caller's tree die with it: the mapping keeps its own. */
static void build_from(struct mapping *mapping, const char *name,
                       const char *file, const struct node *tree,
                       struct check *check)
{
    mapping->name = arena_string(mapping->arena, text_of(name));
    mapping->file = arena_string(mapping->arena, text_of(file));
    build(mapping, tree, check);
}

enum status mapping_build(struct mapping **out, const char *name,
                          const char *file, const struct node *tree,
                          struct check *check, struct err *err)
{
    struct mapping *mapping = mapping_new();
    unsigned faults = check->count;

    *out = NULL;
    build_from(mapping, name, file, tree, check);
    if (check->count > faults) {
        *err = check->first;
        mapping_close(mapping);
        return STOP;
    }
    *out = mapping;
    return OK;
}

/* "shopify" of a path or a name. */
static const char *plain_name(const char *name, struct arena *arena)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash != NULL ? slash + 1 : name;
    const char *dot = strrchr(base, '.');
    size_t size =
        dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);

    return arena_string(arena, (struct text){base, size});
}

enum status mapping_load(struct mapping **out, const char *name,
                         struct err *err)
{
    struct mapping *mapping = mapping_new();
    struct check check = {0};
    struct node *tree;
    enum status status;

    *out = NULL;
    status = locate_mapping("files", name, mapping->arena, &check.file, err);
    if (status == OK)
        status =
            yaml_load(check.file, mapping->arena, mapping->names, &tree, err);
    if (status == OK) {
        struct text given = node_member_text(tree, "name");

        build_from(mapping,
                   given.size > 0 ? given.at : plain_name(name, mapping->arena),
                   check.file, tree, &check);
        status = check_end(&check, err);
    }
    if (status != OK) {
        mapping_close(mapping);
        return status;
    }
    *out = mapping;
    return OK;
}

void mapping_close(struct mapping *mapping)
{
    if (mapping == NULL)
        return;
    for (size_t i = 0; i < mapping->rules_count; i++)
        pattern_close(mapping->rules[i].pattern);
    columns_close(mapping->columns);
    names_close(mapping->names);
    arena_close(mapping->arena);
    free(mapping);
}
