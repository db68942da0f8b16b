/*
 * mapping.c - a mapping file from its name to rules.
 */
#include "mappings/mapping.h"

#include <stdlib.h>
#include <string.h>

#include "formats/limits.h"
#include "mappings/locate.h"
#include "mappings/path.h"
#include "mappings/rule.h"

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
        "require_any", "custom",    "examples",  "rows",      "continues",
        "repair",      "only",      NULL};
    const struct node *skips = node_member(tree, "skip_when");

    check_keys(check, tree, keys, "a mapping");
    if (tree->kind != NODE_OBJECT)
        return;
    mapping_load_shape(mapping, tree, check);
    if (mapping->custom != NULL)
        columns_custom(mapping->columns, mapping->custom);
    rules_load(mapping, node_member(tree, "fields"), check);
    if (skips != NULL && skips->kind != NODE_NULL)
        mapping->skips =
            conditions_load(mapping, skips, check, &mapping->skips_count);
    load_groups(mapping, tree, check);
    mapping_load_only(mapping, tree, check);
    mapping_check_also(mapping, check);
    mapping_spell_columns(mapping, check);
    examples_load(mapping, tree, check);
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
        if (!mapping->flat) {
            mapping->members =
                arena_take(mapping->arena, sizeof(*mapping->members));
            mapping->members->max = COLUMNS_MAX;
        }
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
    for (struct kept_pattern *p = mapping->patterns; p != NULL; p = p->next)
        pattern_close(p->pattern);
    met_close(mapping->members);
    columns_close(mapping->columns);
    names_close(mapping->names);
    arena_close(mapping->scratch);
    arena_close(mapping->arena);
    free(mapping);
}
