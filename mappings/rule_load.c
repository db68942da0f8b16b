/*
 * rule_load.c - the lines of fields: from a mapping file.
 */
#include "mappings/rule.h"

#include <string.h>

#include "mappings/path.h"

const char *const contact_members[CONTACT_MEMBERS + 1] = {
    "first_name", "last_name", "email", "phone", "primary", NULL};

/* What reading one rule needs at hand. */
struct ruling {
    struct mapping *mapping;
    struct arena *arena;
    struct check *check;
    const struct node *node; /* the rule's value */
    struct rule *rule;
};

/* One column or a list of them. */
static struct places places_of(struct ruling *ruling, const struct node *node,
                               const char *what)
{
    struct places places = {0};

    places.at =
        arena_take(ruling->arena, (node_count(node) + 1) * sizeof(*places.at));
    if (rule_word(node)) {
        places.at[places.count++] =
            rule_place(ruling->mapping, node, ruling->check);
        return places;
    }
    if (node->kind != NODE_LIST || node->first == NULL) {
        check_fault(ruling->check, node,
                    "%s must be a column or a list of columns", what);
        return places;
    }
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        if (rule_word(n))
            places.at[places.count++] =
                rule_place(ruling->mapping, n, ruling->check);
        else
            check_fault(ruling->check, n, "%s must hold column names", what);
    }
    return places;
}

static const enum field *fields_member(struct ruling *ruling, const char *name,
                                       size_t *count)
{
    const struct node *node = node_member(ruling->node, name);

    *count = 0;
    return node == NULL
               ? NULL
               : rule_fields(ruling->mapping, node, name, ruling->check, count);
}

static void load_each(struct ruling *ruling)
{
    const struct node *node = node_member(ruling->node, "each");
    struct each *each;

    if (node == NULL)
        return;
    check_keys(ruling->check, node, contact_members, "each");
    if (ruling->rule->type != TYPE_CONTACTS)
        check_fault(ruling->check, node, "each is for contacts only");
    each = arena_take(ruling->arena, CONTACT_MEMBERS * sizeof(*each));
    for (size_t i = 0; i < CONTACT_MEMBERS; i++) {
        const struct node *member = node_member(node, contact_members[i]);
        struct places places;
        const char **reads;

        if (member == NULL)
            continue;
        places = places_of(ruling, member, "each");
        reads = arena_take(ruling->arena, (places.count + 1) * sizeof(*reads));
        for (size_t p = 0; p < places.count; p++)
            reads[p] = places.at[p].path;
        each[i].reads = reads;
        each[i].write = places.count > 0 ? reads[0] : NULL;
    }
    ruling->rule->each = each;
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

static size_t number_member(struct ruling *ruling, const char *name)
{
    const struct node *node = node_member(ruling->node, name);
    uint64_t number;

    if (node == NULL)
        return 0;
    ruling->rule->limits = true;
    if (node->kind == NODE_NUMBER && text_to_u64(node->text, &number) &&
        number <= 1000 * 1000)
        return (size_t)number;
    check_fault(ruling->check, node, "%s must be a number of characters", name);
    return 0;
}

static void load_limits(struct ruling *ruling)
{
    struct rule *rule = ruling->rule;
    struct text pattern = check_text(ruling->check, ruling->node, "pattern");
    char reason[128];

    rule->min = number_member(ruling, "min");
    rule->max = number_member(ruling, "max");
    rule->message = check_text(ruling->check, ruling->node, "message").at;
    if (rule->max != 0 && rule->max < rule->min)
        check_fault(ruling->check, node_member(ruling->node, "max"),
                    "max is less than min");
    if (pattern.at == NULL)
        return;
    rule->pattern = pattern_open(pattern, false, reason);
    if (rule->pattern == NULL)
        check_fault(ruling->check, node_member(ruling->node, "pattern"),
                    "not a pattern: %s", reason);
}

/* Where the field is read from and written to. */
static void load_places(struct ruling *ruling)
{
    const struct node *from = node_member(ruling->node, "from");
    const struct node *read = node_member(ruling->node, "read");
    const struct node *write = node_member(ruling->node, "write");
    bool read_only =
        check_flag(ruling->check, ruling->node, "read_only", false);
    struct rule *rule = ruling->rule;
    struct places places = {0};

    rule->write.column = -1;
    rule->write_only =
        check_flag(ruling->check, ruling->node, "write_only", false);
    if (from != NULL)
        places = places_of(ruling, from, "from");
    if (read != NULL)
        rule->reads = places_of(ruling, read, "read");
    else if (!rule->write_only)
        rule->reads = places;
    if (write != NULL && rule_word(write))
        rule->write = rule_place(ruling->mapping, write, ruling->check);
    else if (write != NULL)
        check_fault(ruling->check, write, "write must be one column");
    else if (!read_only && places.count > 0 &&
             (ruling->mapping->flat || path_writable(places.at[0].path)))
        rule->write = places.at[0];
    if (write != NULL && rule->write.path != NULL && !ruling->mapping->flat &&
        !path_writable(rule->write.path))
        check_fault(ruling->check, write, "a path with [..] cannot be written");
    if (write != NULL && from == NULL && read == NULL)
        rule->write_only = node_member(ruling->node, "flags") == NULL;
}

static void load_words(struct ruling *ruling)
{
    static const char *const kinds[] = {"usual",   "text", "number",
                                        "boolean", "list", NULL};
    const struct node *clear = node_member(ruling->node, "clear");
    const struct node *value = node_member(ruling->node, "value");
    const struct node *otherwise = node_member(ruling->node, "default");
    struct rule *rule = ruling->rule;
    struct text as = check_text(ruling->check, ruling->node, "as");

    rule->constant_set = value != NULL;
    rule->constant = node_words(value);
    rule->otherwise_set = otherwise != NULL;
    rule->otherwise = node_words(otherwise);
    rule->split = check_text(ruling->check, ruling->node, "split").at;
    rule->join = check_text(ruling->check, ruling->node, "join").at;
    rule->strip = check_text(ruling->check, ruling->node, "strip").at;
    rule->format = check_text(ruling->check, ruling->node, "format").at;
    rule->region = check_text(ruling->check, ruling->node, "region").at;
    if (rule->region != NULL && !region_known(rule->region))
        check_fault(ruling->check, node_member(ruling->node, "region"),
                    "unknown region '%.20s'", rule->region);
    if (rule->format != NULL && rule->type != TYPE_TIME)
        check_fault(ruling->check, node_member(ruling->node, "format"),
                    "format is for times only");
    rule->clear_text = clear != NULL && clear->kind == NODE_TEXT;
    rule->cleared = node_words(clear);
    if (clear != NULL && clear->kind != NODE_TEXT && clear->kind != NODE_NULL)
        check_fault(ruling->check, clear, "clear must be null or a text");
    for (size_t i = 0; as.at != NULL; i++) {
        if (kinds[i] == NULL) {
            check_fault(ruling->check, node_member(ruling->node, "as"),
                        "as must be text, number, boolean or list");
            break;
        }
        if (strcmp(as.at, kinds[i]) == 0) {
            rule->as = (enum shown_as)i;
            break;
        }
    }
}

static void load_fields(struct ruling *ruling)
{
    const struct node *node = ruling->node;
    struct rule *rule = ruling->rule;
    const struct node *append = node_member(node, "append");
    const enum field *one;
    size_t count;

    if (append != NULL)
        rule->append = fallback_load(ruling->mapping, append, "append", ", ",
                                     ruling->check);
    rule->needs = fields_member(ruling, "needs", &rule->needs_count);
    rule->primary_from =
        fields_member(ruling, "primary_from", &rule->primary_from_count);
    one = fields_member(ruling, "mobile_else", &count);
    if (count == 1)
        rule->mobile_else = one[0];
    if (count == 1 &&
        (rule->field != FIELD_MOBILE || field_type(one[0]) != TYPE_PHONE))
        check_fault(ruling->check, node_member(node, "mobile_else"),
                    "mobile_else is for mobile, and names a phone field");
    one = fields_member(ruling, "reads_as", &count);
    if (count == 1)
        rule->reads_as = one[0];
    if (rule->needs_count > 0 && rule->type != TYPE_BOOLEAN)
        check_fault(ruling->check, node_member(node, "needs"),
                    "needs is for opt-ins: yes or no fields");
    if (rule->primary_from_count > 0 && rule->type != TYPE_CONTACTS)
        check_fault(ruling->check, node_member(node, "primary_from"),
                    "primary_from is for contacts only");
}

static void load_object(struct ruling *ruling)
{
    static const char *const keys[] = {
        "from",     "read",      "write", "value",        "default",
        "split",    "join",      "strip", "values",       "values_file",
        "region",   "format",    "when",  "or",           "append",
        "each",     "flags",     "as",    "primary_from", "mobile_else",
        "required", "min",       "max",   "pattern",      "message",
        "needs",    "read_only", "clear", "write_only",   "reference",
        "reads_as", NULL};
    const struct node *when = node_member(ruling->node, "when");
    struct rule *rule = ruling->rule;
    size_t count;

    check_keys(ruling->check, ruling->node, keys, field_name(rule->field));
    load_places(ruling);
    load_words(ruling);
    load_limits(ruling);
    rule->ors = fallbacks_load(ruling->mapping, node_member(ruling->node, "or"),
                               ruling->check, &rule->ors_count);
    load_each(ruling);
    load_flags(ruling);
    load_fields(ruling);
    table_load(ruling->mapping, ruling->node, ruling->check, &rule->table);
    if (when != NULL)
        rule->when =
            conditions_load(ruling->mapping, when, ruling->check, &count);
    rule->required = check_flag(ruling->check, ruling->node, "required", false);
    rule->reference =
        check_flag(ruling->check, ruling->node, "reference", false);
    if (rule->reads.count == 0 && rule->write.path == NULL &&
        !rule->constant_set && !rule->otherwise_set && rule->flags_count == 0)
        check_fault(ruling->check, ruling->node,
                    "%s has no column: from, read, write or value",
                    field_name(rule->field));
}

static void load_rule(struct ruling *ruling)
{
    struct rule *rule = ruling->rule;
    const struct node *node = ruling->node;

    rule->type = field_type(rule->field);
    rule->line = node->line;
    rule->column = node->column;
    rule->mobile_else = rule->reads_as = FIELD_NONE;
    if (node->kind == NODE_OBJECT) {
        load_object(ruling);
        return;
    }
    rule->reads = places_of(ruling, node, node->name);
    rule->write.column = -1;
    if (rule->reads.count > 0 &&
        (ruling->mapping->flat || path_writable(rule->reads.at[0].path)))
        rule->write = rule->reads.at[0];
}

void rules_load(struct mapping *mapping, const struct node *fields,
                struct check *check)
{
    if (fields == NULL || fields->kind != NODE_OBJECT ||
        fields->first == NULL) {
        check_fault(check, fields, "fields must be a set of our field names");
        return;
    }
    mapping->rules =
        arena_take(mapping->arena, node_count(fields) * sizeof(struct rule));
    for (const struct node *n = fields->first; n != NULL; n = n->next) {
        struct text name = text_of(n->name);
        enum field field = field_define(name);
        struct ruling ruling = {mapping, mapping->arena, check, n, NULL};
        const char *near = field_suggest(name);

        if (field == FIELD_NONE) {
            check_fault(check, n, "unknown field '%.80s'", n->name);
            if (near != NULL)
                check_hint(check, "did you mean '%s'?", near);
            else
                check_hint(check, "a field of your own is custom.%s", n->name);
            continue;
        }
        ruling.rule = &mapping->rules[mapping->rules_count++];
        ruling.rule->field = field;
        load_rule(&ruling);
    }
}
