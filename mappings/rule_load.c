/*
 * rule_load.c - the lines of fields: from a mapping file.
 */
#include "mappings/rule_loading.h"
#include "mappings/rule_time.h"

#include <string.h>

#include "mappings/path.h"

static const enum field *fields_member(struct ruling *ruling, const char *name,
                                       size_t *count)
{
    const struct node *node = node_member(ruling->node, name);

    *count = 0;
    return node == NULL
               ? NULL
               : rule_fields(ruling->mapping, node, name, ruling->check, count);
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

struct pattern *pattern_member(struct mapping *mapping, const struct node *node,
                               const char *name, bool lines,
                               struct check *check)
{
    struct text source = check_text(check, node, name);
    struct kept_pattern *kept;
    char reason[128];

    if (source.at == NULL)
        return NULL;
    kept = arena_take(mapping->arena, sizeof(*kept));
    kept->pattern = lines ? pattern_open_lines(source, reason)
                          : pattern_open(source, false, reason);
    kept->next = mapping->patterns;
    mapping->patterns = kept;
    if (kept->pattern == NULL)
        check_fault(check, node_member(node, name), "not a pattern: %s",
                    reason);
    return kept->pattern;
}

static void load_limits(struct ruling *ruling)
{
    struct rule *rule = ruling->rule;

    rule->min = number_member(ruling, "min");
    rule->max = number_member(ruling, "max");
    rule->message = check_text(ruling->check, ruling->node, "message").at;
    rule->pattern = pattern_member(ruling->mapping, ruling->node, "pattern",
                                   false, ruling->check);
    if (rule->max != 0 && rule->max < rule->min)
        check_fault(ruling->check, node_member(ruling->node, "max"),
                    "max is less than min");
}

/* A word of a list, by its number there; the first when it is not given. */
static size_t choice(struct ruling *ruling, const char *name,
                     const char *const *words, const char *what)
{
    struct text word = check_text(ruling->check, ruling->node, name);
    const char *near;

    for (size_t i = 0; word.at != NULL && words[i] != NULL; i++)
        if (text_is(word, words[i]))
            return i;
    if (word.at == NULL)
        return 0;
    check_fault(ruling->check, node_member(ruling->node, name), "%s must be %s",
                name, what);
    near = suggest(word.at, words);
    if (near != NULL)
        check_hint(ruling->check, "did you mean '%s'?", near);
    return 0;
}

bool rule_of_many(const struct rule *rule)
{
    return rule->type == TYPE_LIST || rule->type == TYPE_METHODS ||
           rule->type == TYPE_CONTACTS;
}

/* What is taken of the text that stands there. */
static void load_inner(struct ruling *ruling)
{
    static const char *const parts[] = {
        "",     "first", "last",        "addressee", "street", "street2",
        "city", "state", "postal_code", "country",   NULL};
    struct rule *rule = ruling->rule;

    rule->match = pattern_member(ruling->mapping, ruling->node, "match", true,
                                 ruling->check);
    rule->prefix = check_text(ruling->check, ruling->node, "prefix").at;
    rule->part = (enum name_part)choice(
        ruling, "part", parts, "first or last, or of an address, as street");
    if ((rule->part == PART_FIRST || rule->part == PART_LAST) &&
        rule->field != FIELD_FIRST_NAME && rule->field != FIELD_LAST_NAME)
        check_fault(ruling->check, node_member(ruling->node, "part"),
                    "part is for first_name and last_name");
    if (rule->part >= PART_ADDRESS && rule->type != TYPE_TEXT &&
        rule->type != TYPE_COUNTRY)
        check_fault(ruling->check, node_member(ruling->node, "part"),
                    "a part of an address is for texts and countries");
    if (rule->match != NULL && rule->type == TYPE_CONTACTS)
        check_fault(ruling->check, node_member(ruling->node, "match"),
                    "match is not for contacts");
    if (rule->prefix != NULL && rule_of_many(rule))
        check_fault(ruling->check, node_member(ruling->node, "prefix"),
                    "prefix is for single values");
}

static void load_words(struct ruling *ruling)
{
    static const char *const kinds[] = {"usual", "text", "number", "boolean",
                                        "list",  "name", NULL};
    const struct node *clear = node_member(ruling->node, "clear");
    const struct node *value = node_member(ruling->node, "value");
    const struct node *otherwise = node_member(ruling->node, "default");
    struct rule *rule = ruling->rule;

    rule->constant_set = value != NULL;
    rule->constant = node_words(value);
    rule->otherwise_set = otherwise != NULL;
    rule->otherwise = node_words(otherwise);
    rule->split = check_text(ruling->check, ruling->node, "split").at;
    rule->join = check_text(ruling->check, ruling->node, "join").at;
    rule->strip = check_text(ruling->check, ruling->node, "strip").at;
    formats_load(ruling->mapping, node_member(ruling->node, "format"),
                 ruling->check, rule);
    rule->region = check_text(ruling->check, ruling->node, "region").at;
    if (rule->region != NULL && !region_known(rule->region))
        check_fault(ruling->check, node_member(ruling->node, "region"),
                    "unknown region '%.20s'", rule->region);
    rule->clear_text = clear != NULL && clear->kind == NODE_TEXT;
    rule->cleared = node_words(clear);
    if (clear != NULL && clear->kind != NODE_TEXT && clear->kind != NODE_NULL)
        check_fault(ruling->check, clear, "clear must be null or a text");
    rule->as = (enum shown_as)choice(ruling, "as", kinds,
                                     "text, number, boolean, list or name");
    if (rule->as == AS_NAME && rule->type != TYPE_COUNTRY)
        check_fault(ruling->check, node_member(ruling->node, "as"),
                    "as: name is for countries");
}

/* Which field takes the numbers that are not the mobile. */
static void load_mobile(struct ruling *ruling, const char *name)
{
    struct rule *rule = ruling->rule;
    size_t count = 0;
    const enum field *one = fields_member(ruling, name, &count);

    if (count == 0)
        return;
    if (rule->field != FIELD_MOBILE || count != 1 ||
        field_type(one[0]) != TYPE_PHONE || one[0] == FIELD_MOBILE)
        check_fault(ruling->check, node_member(ruling->node, name),
                    "%s is for mobile, and names a phone field", name);
    else if (rule->mobile_else != FIELD_NONE)
        check_fault(ruling->check, node_member(ruling->node, name),
                    "mobile_else and others: only one of them");
    rule->mobile_else = one[0];
    rule->others = strcmp(name, "others") == 0;
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
    load_mobile(ruling, "mobile_else");
    load_mobile(ruling, "others");
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
        "reads_as", "others",    "also",  "match",        "part",
        "prefix",   NULL};
    struct rule *rule = ruling->rule;

    check_keys(ruling->check, ruling->node, keys, field_name(rule->field));
    places_load(ruling);
    load_words(ruling);
    load_limits(ruling);
    load_inner(ruling);
    rule->ors = fallbacks_load(ruling->mapping, node_member(ruling->node, "or"),
                               ruling->check, &rule->ors_count);
    each_load(ruling);
    load_fields(ruling);
    table_load(ruling->mapping, ruling->node, ruling->check, &rule->table);
    rule->required = check_flag(ruling->check, ruling->node, "required", false);
    rule->reference =
        check_flag(ruling->check, ruling->node, "reference", false);
    if (rule->reads.count == 0 && rule->write.path == NULL &&
        !rule->constant_set && !rule->otherwise_set && rule->flags_count == 0 &&
        rule->people_count == 0)
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
    places_load(ruling);
}

/* More rules than bits share the last one. */
static void be_reader(struct mapping *mapping, struct rule *rule)
{
    size_t nth = (size_t)(rule - mapping->rules);
    int columns = (int)columns_count(mapping->columns);

    rule->bit = (uint64_t)1 << (nth < 63 ? nth : 63);
    for (size_t i = 0; mapping->flat && i < rule->reads.count; i++) {
        int column = rule->reads.at[i].column;

        if (column >= 0 && column < columns)
            columns_reader(mapping->columns, column, rule->bit);
    }
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
        struct ruling ruling = {.mapping = mapping,
                                .arena = mapping->arena,
                                .check = check,
                                .node = n};

        if (field == FIELD_NONE) {
            const char *near = field_suggest(name);

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
        be_reader(mapping, ruling.rule);
    }
}
