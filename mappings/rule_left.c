/*
 * rule_left.c - what stands in a record and goes nowhere, said once for each:
 * values of further rows, columns under conditions that do not hold, text
 * beside elements.
 *
 * A column or member that no rule reads is no matter of a record: `check` lists
 * those.
 */
#include "mappings/reading.h"

#include <string.h>

#include "formats/limits.h"
#include "mappings/address_place.h"
#include "mappings/cleaners.h"
#include "mappings/fold.h"
#include "mappings/path.h"

/* --- further rows ----------------------------------------------------------*/

typedef void see_place(void *self, const struct rule *rule,
                       const struct place *place);

static void each_places(const struct rule *rule, see_place *see, void *self)
{
    for (size_t i = 0; i < rule->reads.count; i++)
        see(self, rule, &rule->reads.at[i]);
    for (size_t i = 0; i < rule->flags_count; i++)
        see(self, rule, &rule->flags[i].place);
    for (size_t n = 0; n < rule->people_count; n++)
        for (size_t m = 0; m < CONTACT_MEMBERS; m++)
            for (size_t i = 0; i < rule->people[n].reads[m].count; i++)
                see(self, rule, &rule->people[n].reads[m].at[i]);
}

static void take_place(void *self, const struct rule *rule,
                       const struct place *place)
{
    const struct view *row = self;

    (void)rule;
    row->taken[place->column] = true;
}

void row_taken(const struct view *row, const struct rule *rule)
{
    each_places(rule, take_place, (void *)row);
}

/* What of one row goes nowhere. */
struct left {
    const struct view *record, *row;
    enum field field; /* of the first */
    struct buffer names;
    bool *seen; /* by column */
};

static const struct view *row_at(const struct view *record, size_t index)
{
    return index == 0 ? record : &record->more[index - 1];
}

static struct text cell_of(const struct view *row, int column)
{
    return text_trim(node_words(row->found.at[column]));
}

/* Exports repeat in each row what is the same in all. */
static bool is_told(const struct left *left, int column)
{
    struct text text = cell_of(left->row, column);

    for (size_t i = 0; i <= left->record->more_count; i++) {
        const struct view *row = row_at(left->record, i);

        if (row->taken[column] && text_equal(cell_of(row, column), text))
            return true;
    }
    return text.size == 0;
}

static void add_name(struct left *left, enum field field, const char *name)
{
    if (left->names.size == 0)
        left->field = field;
    buffer_print(&left->names, "%s%s", left->names.size > 0 ? ", " : "", name);
}

static void leave_place(void *self, const struct rule *rule,
                        const struct place *place)
{
    struct left *left = self;

    if (left->seen[place->column] || is_told(left, place->column))
        return;
    left->seen[place->column] = true;
    add_name(left, rule->field, place->path);
}

/* Custom fields are read from the first row alone. */
static void leave_extras(struct left *left)
{
    for (const struct extra *n = left->row->found.extras;
         left->row != left->record && n != NULL; n = n->next) {
        const struct extra *first = left->record->found.extras;
        struct text text = text_trim(node_words(n->node));

        while (first != NULL &&
               (first->field != n->field ||
                !text_equal(text_trim(node_words(first->node)), text)))
            first = first->next;
        if (first == NULL && text.size > 0)
            add_name(left, n->field, field_name(n->field));
    }
}

static void find_left(struct left *left, struct arena *arena)
{
    const struct mapping *mapping = left->record->mapping;

    buffer_clear(&left->names);
    left->seen = arena_take(arena, columns_count(mapping->columns));
    for (size_t i = 0; i < mapping->rules_count; i++)
        each_places(&mapping->rules[i], leave_place, left);
    leave_extras(left);
}

static void say_rows(const struct view *view, struct arena *arena,
                     struct customer *customer)
{
    struct left left = {.record = view, .field = FIELD_NONE};
    enum field field = FIELD_NONE;
    struct text names = {0};
    size_t first = 0, count = 0;

    for (size_t i = 0; i <= view->more_count; i++) {
        left.row = row_at(view, i);
        find_left(&left, arena);
        if (left.names.size == 0)
            continue;
        if (count++ > 0)
            continue;
        first = i + 1;
        field = left.field;
        names = arena_text(arena, buffer_view(&left.names));
    }
    if (count > 0)
        customer_problem(
            customer, arena, field, false, "rows_left_out",
            "%zu of its %zu rows say%s more than there is a place for, row "
            "%zu in %.*s",
            count, view->more_count + 1, count == 1 ? "s" : "", first,
            (int)(names.size < 100 ? names.size : 100), names.at);
    buffer_free(&left.names);
}

/* --- conditions that do not hold -------------------------------------------*/

static bool holds(const struct condition *condition, const struct view *view)
{
    return condition == NULL || condition_holds(condition, view);
}

/* The columns of a record of one row that are not read as it is. */
struct unmet {
    const struct view *view;
    bool *read; /* by column */
    const char **names;
    enum field *fields;
};

/* A condition over the value itself says what is none: "*None". */
static bool is_own(const struct condition *condition, int column)
{
    for (size_t i = 0; condition != NULL && i < condition->places.count; i++)
        if (condition->places.at[i].column == column)
            return true;
    return false;
}

static void see_unmet(void *self, const struct rule *rule,
                      const struct place *place)
{
    struct unmet *unmet = self;
    int column = place->column;

    if (unmet->view->found.at[column] == NULL)
        return;
    if (is_own(rule->when, column) || is_own(place->when, column) ||
        (holds(rule->when, unmet->view) && holds(place->when, unmet->view))) {
        unmet->read[column] = true;
    } else if (unmet->names[column] == NULL) {
        unmet->names[column] = place->path;
        unmet->fields[column] = rule->field;
    }
}

static bool has_word(const struct text *words, size_t count, struct text word)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal(words[i], word))
            return true;
    return false;
}

static size_t words_of(struct text text, struct arena *arena,
                       struct text words[LINE_WORDS_MAX])
{
    return line_words(fold_case(text, arena), words);
}

/* "Ana Silva" beside Ana and Silva: each word is one of the customer's. */
static bool is_said(const struct customer *customer, struct text text,
                    struct arena *arena)
{
    struct text words[LINE_WORDS_MAX], there[LINE_WORDS_MAX];
    size_t count = words_of(text, arena, words), said = 0;
    bool done[LINE_WORDS_MAX] = {false};

    for (size_t f = 0; f < customer->count && said < count; f++) {
        const struct value *value = &customer->values[f];
        size_t others;

        if (value->presence != VALUE_SET)
            continue;
        if (text_equal(text_trim(value->raw), text))
            return true;
        others = words_of(value->text, arena, there);
        for (size_t i = 0; i < count; i++) {
            if (done[i] || !has_word(there, others, words[i]))
                continue;
            done[i] = true;
            said++;
        }
    }
    return said == count && count < LINE_WORDS_MAX;
}

/* True of many rows, so that it is said once of the same columns. */
static void say_unmet(const struct view *view, struct arena *arena,
                      struct customer *customer)
{
    const struct mapping *mapping = view->mapping;
    size_t count = columns_count(mapping->columns);
    struct unmet unmet = {
        .view = view,
        .read = arena_take(arena, count),
        .names = arena_take(arena, count * sizeof(*unmet.names)),
        .fields = arena_take(arena, count * sizeof(*unmet.fields)),
    };
    struct buffer names = {0};
    enum field field = FIELD_NONE;

    for (size_t i = 0; i < mapping->rules_count; i++)
        each_places(&mapping->rules[i], see_unmet, &unmet);
    for (size_t i = 0; i < count; i++) {
        if (unmet.read[i] || unmet.names[i] == NULL ||
            is_said(customer, cell_of(view, (int)i), arena))
            continue;
        if (names.size == 0)
            field = unmet.fields[i];
        buffer_print(&names, "%s%s", names.size > 0 ? ", " : "",
                     unmet.names[i]);
    }
    if (names.size > 0)
        customer_once(customer, arena, field, "passed_over",
                      "what stands in %.*s is left out, as 'when' in the "
                      "mapping says of such a row",
                      (int)(names.size < 90 ? names.size : 90), names.at);
    buffer_free(&names);
}

/* --- text beside elements --------------------------------------------------*/

struct stray {
    const struct mapping *mapping;
    struct arena *arena;
    struct customer *customer;
};

/* Where the walk stands; of the record itself NULL. Names are a stranger's and
 * may be long: they only become a path where there is something to say. */
struct level {
    const struct level *above;
    const char *name;
};

static void add_levels(const struct level *level, struct buffer *out)
{
    if (level == NULL)
        return;
    add_levels(level->above, out);
    buffer_print(out, "%s%s", out->size > 0 ? "." : "", level->name);
}

static const char *path_of(const struct level *level, struct arena *arena)
{
    struct buffer path = {0};
    const char *string;

    add_levels(level, &path);
    string = arena_string(arena, buffer_view(&path));
    buffer_free(&path);
    return string;
}

/* Of what is read as a text its rule tells; of what nobody looks into,
 * `check`. */
static bool is_looked_into(const struct stray *stray, const struct node *object,
                           const char *path)
{
    if (*path == '\0')
        return true;
    if (mapping_knows(stray->mapping, text_of(path)))
        return false;
    for (const struct node *n = object->first; n != NULL; n = n->next)
        if (n->name[0] != '#' && reading_knows(stray->mapping, path, n->name))
            return true;
    return false;
}

static void say_text(const struct stray *stray, const struct node *object,
                     const struct level *level, struct text text)
{
    const char *path = path_of(level, stray->arena);

    if (is_looked_into(stray, object, path))
        customer_problem(
            stray->customer, stray->arena, FIELD_NONE, false, "bad_shape",
            "text beside the elements of %.100s is left out: %.*s",
            *path == '\0' ? "the record" : path, TEXT_ARGS(shown(text)));
}

static void say_stray(const struct stray *stray, const struct node *object,
                      const struct level *level, int depth)
{
    struct text text = text_trim(node_words(object));

    if (text.size > 0)
        say_text(stray, object, level, text);
    for (const struct node *n = object->first; n != NULL && depth < DEPTH_MAX;
         n = n->next) {
        const struct level inner = {level, n->name};

        if (n->kind == NODE_OBJECT && strcmp(n->name, NODE_ROW) != 0)
            say_stray(stray, n, &inner, depth + 1);
    }
}

void view_say_left(const struct view *view, struct arena *arena,
                   struct customer *customer)
{
    const struct stray stray = {view->mapping, arena, customer};

    if (view->more_count > 0)
        say_rows(view, arena, customer);
    else if (view->mapping->flat && view->mapping->conditional)
        say_unmet(view, arena, customer);
    say_stray(&stray, view->object, NULL, 0);
}
