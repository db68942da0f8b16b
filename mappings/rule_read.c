/*
 * rule_read.c - from a record's places to a customer's value.
 */
#include "mappings/reading.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/path.h"
#include "mappings/rule_time.h"

bool reading_attribute(const struct node *node)
{
    return node->name != NULL && node->name[0] == '@';
}

/* A scalar, or NULL: the words of what has none are bad, of an empty element
 * blank. */
static bool add_words(const struct node *node, struct buffer *out, bool *bad)
{
    struct text words = node_words(node);

    if (node->kind == NODE_LIST) {
        for (const struct node *n = node->first; n != NULL; n = n->next)
            add_words(n, out, bad);
        return out->size > 0;
    }
    if (node->kind == NODE_OBJECT && words.size == 0)
        for (const struct node *n = node->first; n != NULL; n = n->next)
            *bad = *bad || !reading_attribute(n);
    if (text_trim(words).size == 0)
        return false;
    if (out->size > 0)
        buffer_string(out, ", ");
    buffer_text(out, words);
    return true;
}

/* The text that stands at one place; several elements are joined. False when
 * nothing is there. */
static bool text_at(const struct reading *r, const struct place *place,
                    struct text *out, bool *bad)
{
    const struct node *nodes[PLACE_NODES_MAX];
    size_t count = view_all(r->view, place, nodes, PLACE_NODES_MAX);
    struct buffer words = {0};

    *out = (struct text){0};
    if (count == 0)
        return false;
    if (count == 1 && nodes[0]->kind != NODE_LIST &&
        nodes[0]->kind != NODE_OBJECT) {
        *out = node_words(nodes[0]);
        return true;
    }
    for (size_t i = 0; i < count; i++)
        add_words(nodes[i], &words, bad);
    *out = arena_text(r->arena, buffer_view(&words));
    buffer_free(&words);
    return true;
}

static struct text without(struct text text, size_t size)
{
    return (struct text){text.at + size, text.size - size};
}

static struct text without_prefix(const struct rule *rule, struct text text)
{
    size_t size = strlen(rule->prefix);
    struct text trimmed = text_trim(text);

    if (trimmed.size < size ||
        !text_is_nocase((struct text){trimmed.at, size}, rule->prefix))
        return text;
    return without(trimmed, size);
}

bool reading_inner(const struct reading *r, struct text *text)
{
    const struct rule *rule = r->rule;

    if ((rule->match == NULL && rule->part == PART_ALL) ||
        text_trim(*text).size == 0)
        return true;
    if (rule->match != NULL && !pattern_take(rule->match, *text, text))
        return false;
    if (rule->part == PART_ALL)
        return true;
    *text = name_part(*text, rule->part);
    return text->size > 0;
}

/* Ours for an outside word; NULL and a warning when the table lacks it. */
const struct text *reading_translate(const struct reading *r, struct text text)
{
    const struct text *ours = table_ours(&r->rule->table, text);

    if (ours == NULL)
        customer_problem(r->customer, r->arena, r->rule->field, false,
                         "unknown_value", "\"%.*s\" is not in the table of %s",
                         (int)(text.size < 60 ? text.size : 60), text.at,
                         field_name(r->rule->field));
    return ours;
}

struct cleaning reading_cleaning(const struct reading *r)
{
    struct cleaning cleaning = *r->cleaning;

    if (r->rule->region != NULL)
        cleaning.regions[1] = r->rule->region;
    cleaning.time_format = r->rule->format;
    return cleaning;
}

/* Whether the table says what an empty cell means. */
static bool blank_is_a_word(const struct reading *r)
{
    const struct text *ours;

    if (r->rule->table.count == 0 || r->ours)
        return false;
    ours = table_ours(&r->rule->table, (struct text){0});
    return ours != NULL && ours->size > 0;
}

/* Which of several formats a time is read by; false when that is open. */
static bool settle_format(const struct reading *r, struct text text,
                          struct cleaning *cleaning)
{
    const struct rule *rule = r->rule;
    struct meanings meanings = time_meanings(rule, text, r->arena);

    if (meanings.differ)
        decision_choose(r->cleaning->decision, rule, &meanings);
    for (size_t i = 0; !meanings.differ && i < rule->formats_count; i++)
        if (meanings.times[i].size > 0) {
            cleaning->time_format = rule->formats[i];
            break;
        }
    if (!meanings.differ)
        return true;
    customer_problem(r->customer, r->arena, rule->field, false,
                     "ambiguous_time",
                     "\"%.*s\" may be several times, and its column does not "
                     "say which",
                     (int)(text.size < 60 ? text.size : 60), text.at);
    return false;
}

/* Cleans into the customer; whether there is a value, good or bad. */
bool reading_take(const struct reading *r, struct text text)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct cleaning cleaning = reading_cleaning(r);

    if (!r->ours) {
        if (rule_is_guarded(r->rule, text))
            text = without(text, strlen(r->rule->strip));
        if (r->rule->prefix != NULL)
            text = without_prefix(r->rule, text);
        /* What is not meant says nothing, not even that there is nothing. */
        if (!reading_inner(r, &text))
            return false;
    }
    if (value->presence == VALUE_ABSENT)
        value->presence = VALUE_BLANK;
    if (text_trim(text).size == 0 && !blank_is_a_word(r))
        return false;
    if (r->rule->table.count > 0 && !r->ours) {
        const struct text *ours = reading_translate(r, text);

        if (ours == NULL) {
            *value = (struct value){.presence = VALUE_BAD, .raw = text};
            return true;
        }
        if (ours->size == 0)
            return false;
        text = *ours;
    }
    if (r->rule->formats_count > 1 && !r->ours &&
        !settle_format(r, text, &cleaning)) {
        *value = (struct value){.presence = VALUE_BAD,
                                .raw = arena_text(r->arena, text)};
        return true;
    }
    clean_value(r->rule->field, text, &cleaning, r->arena, r->customer, value);
    return value->presence == VALUE_SET || value->presence == VALUE_BAD;
}

static void bad_shape(const struct reading *r)
{
    r->customer->values[r->rule->field].presence = VALUE_BAD;
    customer_problem(r->customer, r->arena, r->rule->field, false, "bad_shape",
                     "%s is an object where a text is expected",
                     field_name(r->rule->field));
}

static bool read_joined(const struct reading *r)
{
    struct buffer all = {0};
    bool there = false, bad = false, taken = false;

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct text text;

        if (!text_at(r, &r->rule->reads.at[i], &text, &bad))
            continue;
        there = true;
        text = text_trim(text);
        if (text.size > 0 && all.size > 0)
            buffer_string(&all, r->rule->join);
        buffer_text(&all, text);
    }
    if (there)
        taken = reading_take(r, arena_text(r->arena, buffer_view(&all)));
    buffer_free(&all);
    return taken;
}

/* To the field beside the mobile, unless it has a number already. */
static void give_other(const struct reading *r, const struct value *value)
{
    struct value *other = &r->customer->values[r->rule->mobile_else];

    if (other->presence != VALUE_SET)
        *other = *value;
    else if (!text_equal(other->text, value->text))
        customer_problem(r->customer, r->arena, r->rule->field, false,
                         "several_values", "a further number is left out: %.*s",
                         TEXT_ARGS(value->text));
}

/*
 * All numbers of the list: the first that can be a mobile is the mobile, the
 * first of the others is the other field's.
 */
static bool read_numbers(const struct reading *r)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct value mobile = {0}, first = {0}, last = {0};
    bool bad = false;

    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct text text, e164;
        bool can = false;

        if (!text_at(r, &r->rule->reads.at[i], &text, &bad))
            continue;
        (void)reading_take(r, text);
        last = *value;
        if (value->presence != VALUE_SET)
            continue;
        (void)clean_phone(value->text, r->cleaning->regions, r->arena, &e164,
                          &can);
        if (can && mobile.presence != VALUE_SET)
            mobile = *value;
        else if (first.presence != VALUE_SET &&
                 !text_equal(value->text, mobile.text))
            first = *value;
        else if (!text_equal(value->text, mobile.text) &&
                 !text_equal(value->text, first.text))
            customer_problem(
                r->customer, r->arena, r->rule->field, false, "several_values",
                "a further number is left out: %.*s", TEXT_ARGS(value->text));
    }
    if (first.presence == VALUE_SET && !text_equal(first.text, mobile.text))
        give_other(r, &first);
    if (last.presence == VALUE_SET)
        last = (struct value){.presence = VALUE_BLANK, .raw = last.raw};
    *value = mobile.presence == VALUE_SET ? mobile : last;
    return mobile.presence == VALUE_SET || first.presence == VALUE_SET;
}

static bool read_text(const struct reading *r)
{
    bool bad = false;

    if (r->rule->others)
        return read_numbers(r);
    if (r->rule->join != NULL && r->rule->reads.count > 1)
        return read_joined(r);
    for (size_t i = 0; i < r->rule->reads.count; i++) {
        struct text text;

        if (text_at(r, &r->rule->reads.at[i], &text, &bad) &&
            reading_take(r, text))
            return true;
    }
    if (bad)
        bad_shape(r);
    return bad;
}

/* --- all kinds -------------------------------------------------------------*/

/* One number outside, two fields here: a landline is no mobile. */
static void divide_phones(const struct reading *r)
{
    struct value *value = &r->customer->values[r->rule->field];
    struct text e164;
    bool mobile;

    if (value->presence != VALUE_SET ||
        !clean_phone(value->text, r->cleaning->regions, r->arena, &e164,
                     &mobile) ||
        mobile)
        return;
    give_other(r, value);
    *value = (struct value){.presence = VALUE_BLANK, .raw = value->raw};
}

static bool read_row(const struct reading *r)
{
    if (r->rule->constant_set)
        return reading_take(r, r->rule->constant);
    if (r->rule->type == TYPE_CONTACTS)
        return reading_contacts(r);
    if (r->rule->type == TYPE_LIST || r->rule->type == TYPE_METHODS)
        return reading_list(r);
    return read_text(r);
}

/* Of several rows the first where the condition holds; without one the first
 * that has a value, of an address that of its other fields. False when the
 * condition holds in none. */
static bool read_rows(struct reading *r, bool *taken)
{
    const struct view *first = r->view;
    const struct condition *when = r->rule->when;
    enum address address = address_of(r->rule->field);
    bool met = when == NULL;

    *taken = false;
    for (size_t i = 0; !*taken && i <= first->more_count; i++) {
        r->view = i == 0 ? first : &first->more[i - 1];
        if (when != NULL
                ? !condition_holds(when, r->view)
                : address < ADDRESSES && first->address[address] != r->view)
            continue;
        met = true;
        *taken = read_row(r);
        if (when != NULL)
            break;
    }
    r->view = first;
    return met;
}

void rule_read(const struct rule *rule, const struct view *view,
               const struct cleaning *cleaning, struct arena *arena,
               struct customer *customer)
{
    struct reading r = {rule, view, cleaning, arena, customer, false};
    bool taken;

    if (view->more_count > 0) {
        if (!read_rows(&r, &taken))
            return;
    } else {
        if (rule->when != NULL && !condition_holds(rule->when, view))
            return;
        taken = read_row(&r);
    }
    if (!taken && rule->otherwise_set) {
        r.ours = true;
        reading_take(&r, rule->otherwise);
    }
    if (rule->mobile_else != FIELD_NONE)
        divide_phones(&r);
}

void rule_read_extra(const struct extra *extra, const struct view *view,
                     const struct cleaning *cleaning, struct arena *arena,
                     struct customer *customer)
{
    const struct rule rule = {.field = extra->field, .type = TYPE_TEXT};
    struct reading r = {&rule, view, cleaning, arena, customer, false};
    struct buffer words = {0};
    bool bad = false;

    if (customer->values[extra->field].presence == VALUE_SET)
        return;
    add_words(extra->node, &words, &bad);
    if (bad)
        bad_shape(&r);
    else
        reading_take(&r, arena_text(arena, buffer_view(&words)));
    buffer_free(&words);
}
