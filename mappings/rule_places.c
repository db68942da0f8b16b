/*
 * rule_places.c - where a rule reads and writes, from a mapping file.
 */
#include "mappings/rule_loading.h"

#include <string.h>

#include "mappings/path.h"

static const char counter[] = "{n}";

bool is_numbered(struct text name)
{
    return text_find(name, counter) < name.size;
}

const char *numbered(struct text name, unsigned number, struct arena *arena)
{
    struct buffer all = {0};
    const char *out;
    size_t at;

    while ((at = text_find(name, counter)) < name.size) {
        buffer_add(&all, name.at, at);
        buffer_print(&all, "%u", number);
        name.at += at + strlen(counter);
        name.size -= at + strlen(counter);
    }
    buffer_text(&all, name);
    out = arena_string(arena, buffer_view(&all));
    buffer_free(&all);
    return out;
}

struct place place_named(struct mapping *mapping, const char *name,
                         const struct node *node, struct check *check)
{
    struct place place = {.path = name, .column = -1};
    const char *reason;

    if (mapping->flat)
        place.column = columns_add(mapping->columns, name);
    else if (!path_good(name, &reason))
        check_fault(check, node, "'%.80s' is no path: %s", name, reason);
    return place;
}

struct place rule_place(struct mapping *mapping, const struct node *node,
                        struct check *check)
{
    if (is_numbered(node->text))
        check_fault(check, node, "'%.80s': here is nothing to count with {n}",
                    node->text.at);
    return place_named(mapping, node->text.at, node, check);
}

static const struct condition *
condition_of(struct ruling *ruling, const struct node *node, unsigned number)
{
    struct condition *condition = arena_take(ruling->arena, sizeof(*condition));

    condition_load(ruling->mapping, node, number, ruling->check, condition);
    ruling->mapping->conditional = true;
    return condition;
}

/* A column, or {column, when}; a {n} in it makes many of it. */
static void add_places(struct ruling *ruling, const struct node *node,
                       const char *what, struct places *places)
{
    static const char *const keys[] = {"column", "when", NULL};
    const struct node *column = node, *when = ruling->when;
    unsigned last = 1, faults = ruling->check->count;

    if (node->kind == NODE_OBJECT) {
        if (!check_keys(ruling->check, node, keys, what))
            return;
        column = node_member(node, "column");
        if (node_member(node, "when") != NULL)
            when = node_member(node, "when");
    }
    if (column == NULL || !rule_word(column)) {
        check_fault(ruling->check, node, "%s must hold column names", what);
        return;
    }
    if (is_numbered(column->text))
        last = NUMBERED_MAX;
    else if (ruling->when != NULL && when == ruling->when)
        check_fault(ruling->check, ruling->when,
                    "when counts with {n}, '%.80s' does not", column->text.at);
    /* What is wrong with the first is wrong with all. */
    for (unsigned n = 1; n <= last && ruling->check->count == faults; n++) {
        struct place place = place_named(
            ruling->mapping, numbered(column->text, n, ruling->arena), column,
            ruling->check);

        if (when != NULL)
            place.when = condition_of(ruling, when, last > 1 ? n : 0);
        places->at[places->count++] = place;
    }
}

struct places places_of(struct ruling *ruling, const struct node *node,
                        const char *what)
{
    bool list = node->kind == NODE_LIST && node->first != NULL;
    const struct node *n = list ? node->first : node;
    struct places places = {0};

    if (!list && !rule_word(node) && node->kind != NODE_OBJECT) {
        check_fault(ruling->check, node,
                    "%s must be a column or a list of columns", what);
        return places;
    }
    places.at =
        arena_take(ruling->arena,
                   (node_count(node) + 1) * NUMBERED_MAX * sizeof(*places.at));
    for (; n != NULL; n = list ? n->next : NULL)
        add_places(ruling, n, what, &places);
    return places;
}

/* Written is one place: of what is counted the first. */
static struct place written_place(struct ruling *ruling,
                                  const struct node *node)
{
    return place_named(ruling->mapping, numbered(node->text, 1, ruling->arena),
                       node, ruling->check);
}

/* Further columns with a constant, written beside the value. */
static void load_also(struct ruling *ruling)
{
    const struct node *node = node_member(ruling->node, "also");
    struct also *also;

    if (node == NULL)
        return;
    if (node->kind != NODE_OBJECT || node->first == NULL) {
        check_fault(ruling->check, node, "also must be {column: text}");
        return;
    }
    also = arena_take(ruling->arena, node_count(node) * sizeof(*also));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        const char *name = numbered(text_of(n->name), 1, ruling->arena);

        if (n->kind == NODE_LIST || n->kind == NODE_OBJECT ||
            n->kind == NODE_NULL) {
            check_fault(ruling->check, n, "also must hold texts");
            continue;
        }
        if (!ruling->mapping->flat && !path_writable(name))
            check_fault(ruling->check, n, "a path with [..] cannot be written");
        also[ruling->rule->also_count++] = (struct also){
            place_named(ruling->mapping, name, n, ruling->check).path,
            node_words(n), n->line, n->column};
    }
    ruling->rule->also = also;
}

static void load_flags(struct ruling *ruling)
{
    const struct node *node = node_member(ruling->node, "flags");
    struct flag *flags;

    if (node == NULL)
        return;
    if (node->kind != NODE_OBJECT || node_count(node) >= PLACE_NODES_MAX ||
        (ruling->rule->type != TYPE_LIST &&
         ruling->rule->type != TYPE_METHODS)) {
        check_fault(ruling->check, node,
                    "flags must be {element: column} of a list field");
        return;
    }
    flags = arena_take(ruling->arena, (node_count(node) + 1) * sizeof(*flags));
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (!rule_word(n)) {
            check_fault(ruling->check, n, "flags must hold column names");
            continue;
        }
        flags[ruling->rule->flags_count++] = (struct flag){
            text_of(n->name), rule_place(ruling->mapping, n, ruling->check)};
    }
    ruling->rule->flags = flags;
}

/* A condition that counts belongs to each of the places, else to the rule. */
static void load_when(struct ruling *ruling)
{
    const struct node *when = node_member(ruling->node, "when");

    if (when == NULL)
        return;
    if (is_numbered(node_member_text(when, "column")))
        ruling->when = when;
    else
        ruling->rule->when = condition_of(ruling, when, 0);
}

/* What is read is less than what stands there: writing it would lose that. */
static bool reads_part(const struct node *node)
{
    return node_member(node, "match") != NULL ||
           node_member(node, "part") != NULL;
}

static void load_write(struct ruling *ruling, const struct node *from,
                       const struct places *places)
{
    const struct node *write = node_member(ruling->node, "write");
    bool read_only =
        check_flag(ruling->check, ruling->node, "read_only", false);
    struct rule *rule = ruling->rule;

    rule->write.column = -1;
    if (write != NULL && rule_word(write))
        rule->write = written_place(ruling, write);
    else if (write != NULL)
        check_fault(ruling->check, write, "write must be one column");
    else if (!read_only && !reads_part(ruling->node) && places->count > 0 &&
             (ruling->mapping->flat || path_writable(places->at[0].path)))
        rule->write = places->at[0];
    if (write != NULL && rule->write.path != NULL && !ruling->mapping->flat &&
        !path_writable(rule->write.path))
        check_fault(ruling->check, write, "a path with [..] cannot be written");
    if (write != NULL && from == NULL &&
        node_member(ruling->node, "read") == NULL)
        rule->write_only = node_member(ruling->node, "flags") == NULL;
}

void places_load(struct ruling *ruling)
{
    const struct node *node = ruling->node;
    const struct node *from = node, *read = NULL;
    struct rule *rule = ruling->rule;
    struct places places = {0};

    if (node->kind == NODE_OBJECT) {
        from = node_member(node, "from");
        read = node_member(node, "read");
        rule->write_only = check_flag(ruling->check, node, "write_only", false);
        load_when(ruling);
    }
    if (from != NULL)
        places = places_of(ruling, from, from == node ? node->name : "from");
    if (read != NULL)
        rule->reads = places_of(ruling, read, "read");
    else if (!rule->write_only)
        rule->reads = places;
    if (ruling->when != NULL && rule->reads.count == 0)
        check_fault(ruling->check, ruling->when,
                    "when counts with {n}, and no column does");
    load_write(ruling, from, &places);
    load_also(ruling);
    load_flags(ruling);
}
