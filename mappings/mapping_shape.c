/*
 * mapping_shape.c - what a mapping file says about files: format, encoding,
 * where records are, columns and rows.
 */
#include <string.h>

#include "formats/encoding.h"
#include "mappings/rule.h"

static const char *word(struct mapping *mapping, const struct node *tree,
                        const char *name, struct check *check)
{
    struct text text = check_text(check, tree, name);

    return text.at != NULL ? arena_string(mapping->arena, text) : NULL;
}

/* A list of texts, NULL-ended; NULL when absent or at fault. */
static const char *const *list_of(struct mapping *mapping,
                                  const struct node *node, const char *name,
                                  struct check *check)
{
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

static const char *const *words(struct mapping *mapping,
                                const struct node *tree, const char *name,
                                struct check *check)
{
    return list_of(mapping, node_member(tree, name), name, check);
}

/* One list of columns, or several: any of them will do. */
static void load_recognise(struct mapping *mapping, const struct node *tree,
                           struct check *check)
{
    const struct node *node = node_member(tree, "recognise");
    const char *const **lists;
    size_t count = 0;

    if (node == NULL || node->kind == NODE_NULL)
        return;
    lists = arena_take(mapping->arena, (node_count(node) + 2) * sizeof(*lists));
    if (node->first == NULL || node->first->kind != NODE_LIST)
        lists[0] = list_of(mapping, node, "recognise", check);
    else
        for (const struct node *n = node->first; n != NULL; n = n->next)
            lists[count++] = list_of(mapping, n, "recognise", check);
    mapping->recognise = lists;
}

static void load_rows(struct mapping *mapping, const struct node *tree,
                      struct check *check)
{
    mapping->rows = word(mapping, tree, "rows", check);
    mapping->continues = words(mapping, tree, "continues", check);
    if (mapping->rows != NULL && *mapping->rows == '\0')
        check_fault(check, node_member(tree, "rows"),
                    "rows must be the word that records begin with");
    /* The column of that word is the reader's. */
    if (mapping->flat && mapping->rows != NULL)
        columns_add(mapping->columns,
                    arena_print(mapping->arena, "!%s", mapping->rows).at);
    if (mapping->flat)
        return;
    if (mapping->rows != NULL)
        check_fault(check, node_member(tree, "rows"), "rows is for CSV only");
    if (mapping->continues != NULL)
        check_fault(check, node_member(tree, "continues"),
                    "continues is for CSV only");
}

static void load_repair(struct mapping *mapping, const struct node *tree,
                        struct check *check)
{
    static const char *const names[] = {"double_encoded", "lost_zero", NULL};
    const char *const *list = words(mapping, tree, "repair", check);
    const struct node *n =
        list != NULL ? node_member(tree, "repair")->first : NULL;

    for (; n != NULL; n = n->next) {
        const char *near;

        if (!rule_word(n))
            continue;
        if (text_is(n->text, names[0]))
            mapping->repair |= REPAIR_DOUBLE_ENCODED;
        else if (text_is(n->text, names[1]))
            mapping->repair |= REPAIR_LOST_ZERO;
        else {
            check_fault(check, n, "unknown repair '%.40s'", n->text.at);
            near = suggest(n->text.at, names);
            if (near != NULL)
                check_hint(check, "did you mean '%s'?", near);
        }
    }
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
    load_recognise(mapping, tree, check);
    load_rows(mapping, tree, check);
    load_repair(mapping, tree, check);
    if (mapping->encoding != NULL &&
        encoding_named(text_of(mapping->encoding)) == NULL)
        check_fault(check, node_member(tree, "encoding"),
                    "unknown encoding '%.40s'", mapping->encoding);
    if (mapping->by_position != NULL && mapping->header != NULL)
        check_fault(check, node_member(tree, "header"),
                    "columns says that there is no header");
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
    mapping->elements =
        mapping->format != NULL && strcmp(mapping->format, "xml") == 0;
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

void mapping_load_shape(struct mapping *mapping, const struct node *tree,
                        struct check *check)
{
    load_head(mapping, tree, check);
    load_reading(mapping, tree, check);
}

/* Nearly all are spelled so already. */
static bool spell(const char **path, const char *const *columns)
{
    for (const char *const *column = columns; *column != NULL; column++)
        if (strcmp(*path, *column) == 0)
            return true;
    for (; *columns != NULL; columns++)
        if (columns_same(text_of(*path), text_of(*columns))) {
            *path = *columns;
            return true;
        }
    return false;
}

/* Columns are written as the vendor's header spells them; a file without one
 * has no place for others. */
void mapping_spell_columns(struct mapping *mapping, struct check *check)
{
    const char *const *columns =
        mapping->by_position != NULL ? mapping->by_position : mapping->header;

    for (size_t i = 0;
         mapping->flat && columns != NULL && i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];
        struct node at = {.line = rule->line, .column = rule->column};
        const char **path;

        for (size_t w = 0; rule_written(rule, w, &path); w++)
            if (*path != NULL && !spell(path, columns) &&
                mapping->by_position != NULL)
                check_fault(check, &at,
                            "%s is written to '%.80s', which is none of "
                            "columns",
                            field_name(rule->field), *path);
    }
}

static bool same_place(const struct mapping *mapping, const char *a,
                       const char *b)
{
    return mapping->flat ? columns_same(text_of(a), text_of(b))
                         : strcmp(a, b) == 0;
}

/* The rule that writes to the place, of its own values or, before the one that
 * asks, as another constant; NULL when none does. */
static const struct rule *writer_of(const struct mapping *mapping,
                                    const struct rule *asking,
                                    const struct also *also)
{
    for (size_t i = 0; i < mapping->rules_count; i++) {
        const struct rule *rule = &mapping->rules[i];
        const char **path;

        for (size_t w = 0; rule_written(rule, w, &path); w++) {
            bool constant = w > 0 && w <= rule->also_count;

            if (*path == NULL || !same_place(mapping, *path, also->path))
                continue;
            if (!constant || (rule < asking &&
                              !text_equal(rule->also[w - 1].text, also->text)))
                return rule;
        }
    }
    return NULL;
}

void mapping_check_also(const struct mapping *mapping, struct check *check)
{
    for (size_t i = 0; i < mapping->rules_count; i++)
        for (size_t a = 0; a < mapping->rules[i].also_count; a++) {
            const struct rule *rule = &mapping->rules[i];
            const struct also *also = &rule->also[a];
            const struct rule *other = writer_of(mapping, rule, also);
            const struct node at = {.line = also->line, .column = also->column};

            if (other != NULL)
                check_fault(check, &at,
                            "also: '%.80s' is written by %s already",
                            also->path, field_name(other->field));
        }
}
