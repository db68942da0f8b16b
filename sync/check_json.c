/*
 * check_json.c - what `check` found out about a source, for programs.
 */
#include "mappings/decision.h"
#include "sync/check_own.h"
#include "sync/codes.h"

#include <string.h>

const char *found_name(enum found found)
{
    static const char *const words[FOUND_KINDS] = {
        [FOUND_INVALID] = "invalid", [FOUND_WARNING] = "warning",
        [FOUND_NOTICE] = "notice",   [FOUND_CELL] = "cell",
        [FOUND_LINE] = "file",       [FOUND_REFUSED] = "refused",
    };

    return words[found];
}

static void add_names(struct node *object, const char *name,
                      const char *const *list, struct arena *arena)
{
    struct node *names = node_new(arena, NODE_LIST);

    for (; list != NULL && *list != NULL; list++)
        (void)node_add(names, NULL, node_text(arena, text_of(*list)));
    (void)node_add(object, name, names);
}

static struct node *file_node(const struct file_facts *facts,
                              struct arena *arena)
{
    struct node *file = node_new(arena, NODE_OBJECT);

    json_text(file, "file", text_of(facts->name), arena);
    json_text(file, "format", text_of(facts->format), arena);
    if (facts->delimiter != NULL)
        json_text(file, "delimiter", text_of(facts->delimiter), arena);
    if (facts->header > 0)
        json_number(file, "header", facts->header, arena);
    json_text(file, "encoding", text_of(facts->encoding), arena);
    json_text(file, "encoding_told", text_of(facts->told_by), arena);
    if (facts->compression != NULL)
        json_text(file, "compression", text_of(facts->compression), arena);
    add_names(file, "used", facts->used, arena);
    add_names(file, "unused", facts->unused, arena);
    return file;
}

static void add_files(const struct checking *checking, struct node *out,
                      struct arena *arena)
{
    struct node *files = node_new(arena, NODE_LIST);

    for (uint32_t i = 0; i < source_files(checking->source); i++)
        (void)node_add(files, NULL, file_node(&checking->files[i], arena));
    (void)node_add(out, "files", files);
}

static void add_mapping(const struct checking *checking, struct node *out,
                        struct arena *arena)
{
    json_text(out, "mapping",
              text_of(mapping_name(source_mapping(checking->source))), arena);
    json_text(out, "why", text_of(source_why(checking->source)), arena);
    json_text(out, "source", text_of(source_name(checking->source)), arena);
    add_names(out, "no_column", check_no_column(checking), arena);
}

static void add_decisions(const struct checking *checking, struct node *out,
                          struct arena *arena)
{
    const struct decision *decision = source_decision(checking->source);
    struct node *list = node_new(arena, NODE_LIST);
    struct buffer lines = {0};
    char *left = NULL, *line = NULL;

    if (decision != NULL)
        decision_tell(decision, &lines);
    buffer_byte(&lines, '\0');
    for (line = strtok_r(lines.at, "\n", &left); line != NULL;
         line = strtok_r(NULL, "\n", &left))
        (void)node_add(list, NULL, node_text(arena, text_of(line)));
    buffer_free(&lines);
    (void)node_add(out, "dates", list);
}

static void add_rows(const struct checking *checking, struct node *out,
                     struct arena *arena)
{
    struct node *rows = node_new(arena, NODE_OBJECT);

    json_number(rows, "read", checking->rows, arena);
    json_number(rows, "good", checking->good, arena);
    json_number(rows, "invalid", checking->invalid, arena);
    json_number(rows, "skipped", checking->skipped, arena);
    (void)node_add(out, "rows", rows);
}

/* The names of a parsed tree die with their table. */
static void keep_names(const struct node *tree, struct arena *arena)
{
    for (struct node *n = tree->first; n != NULL; n = n->next) {
        if (n->name != NULL)
            n->name = arena_string(arena, text_of(n->name));
        keep_names(n, arena);
    }
}

static void add_first(const struct checking *checking, struct node *out,
                      struct arena *arena)
{
    struct node *first = node_new(arena, NODE_LIST);

    for (size_t i = 0; i < checking->shown_count; i++) {
        struct node *shown = node_new(arena, NODE_OBJECT);
        struct names *names = names_open();
        struct node *customer;
        struct buffer json = {0};
        struct err ignored;

        customer_write(&json, checking->shown[i].customer, false);
        json_number(shown, "line", checking->shown[i].line, arena);
        if (json_parse(buffer_view(&json), arena, names, &customer, &ignored) ==
            OK)
            (void)node_add(shown, "customer", customer);
        (void)node_add(first, NULL, shown);
        keep_names(shown, arena);
        names_close(names);
        buffer_free(&json);
    }
    (void)node_add(out, "first", first);
}

static struct node *kind_node(const struct kind *kind, struct arena *arena)
{
    struct node *node = node_new(arena, NODE_OBJECT);
    struct node *lines = node_new(arena, NODE_LIST);
    const char *remedy = code_remedy(kind->code);

    json_text(node, "outcome", text_of(found_name(kind->found)), arena);
    json_text(node, "code", text_of(kind->code), arena);
    if (kind->where[0] != '\0')
        json_text(node, kind->found == FOUND_CELL ? "column" : "field",
                  text_of(kind->where), arena);
    json_number(node, "times", kind->count, arena);
    for (uint64_t i = 0; i < kind->count && i < SHOWN_LINES; i++) {
        struct node *line = node_new(arena, NODE_NUMBER);

        line->text =
            arena_print(arena, "%llu", (unsigned long long)kind->lines[i]);
        (void)node_add(lines, NULL, line);
    }
    (void)node_add(node, "lines", lines);
    json_text(node, "message", text_of(kind->message), arena);
    if (remedy != NULL)
        json_text(node, "remedy", text_of(remedy), arena);
    return node;
}

static struct node *kinds_node(const struct checking *checking, bool refused,
                               size_t target, struct arena *arena)
{
    struct node *list = node_new(arena, NODE_LIST);

    for (size_t i = 0; i < checking->kinds_count; i++) {
        const struct kind *kind = &checking->kinds[i];

        if ((kind->found == FOUND_REFUSED) == refused && kind->target == target)
            (void)node_add(list, NULL, kind_node(kind, arena));
    }
    return list;
}

static void add_targets(const struct checking *checking, struct node *out,
                        struct arena *arena)
{
    struct node *targets = node_new(arena, NODE_LIST);

    for (size_t i = 0; i < checking->targets_count; i++) {
        struct node *target = node_new(arena, NODE_OBJECT);

        json_text(target, "target", text_of(checking->targets[i].name), arena);
        json_number(target, "accepts", checking->targets[i].accepted, arena);
        json_number(target, "refuses", checking->targets[i].refused, arena);
        (void)node_add(target, "reasons", kinds_node(checking, true, i, arena));
        (void)node_add(targets, NULL, target);
    }
    (void)node_add(out, "targets", targets);
}

void check_tell_json(const struct checking *checking, struct node *out,
                     struct arena *arena)
{
    add_files(checking, out, arena);
    add_mapping(checking, out, arena);
    add_decisions(checking, out, arena);
    add_rows(checking, out, arena);
    json_flag(out, "whole", checking->ended, arena);
    add_first(checking, out, arena);
    (void)node_add(out, "problems", kinds_node(checking, false, 0, arena));
    add_targets(checking, out, arena);
}
