/*
 * decision.c - what the values of a column say about its format.
 *
 * One format beats another when it reads some value that the other cannot, and
 * the other none that it cannot. Only formats that read one value differently
 * are ever in dispute, so a list may well mix 2026-11-20 and 20/11/2026.
 */
#include "mappings/decision.h"

#include <string.h>

#include "mappings/reading.h"
#include "mappings/rule_time.h"

enum { SHOWN_MAX_BYTES = 40 };

struct column {
    const struct rule *rule;
    const char *name; /* of the first place that had a value; NULL: none had */
    uint64_t values;  /* read by at least one format */
    /* How many values both read, and not the same. */
    uint64_t dispute[FORMATS_MAX][FORMATS_MAX];
    /* How many values the one reads and the other does not, and one of them. */
    uint64_t only[FORMATS_MAX][FORMATS_MAX];
    char shown[FORMATS_MAX][FORMATS_MAX][SHOWN_MAX_BYTES + 1];
};

struct decision {
    const struct mapping *mapping;
    struct column *columns;
    size_t count;
};

struct decision *decision_open(const struct mapping *mapping,
                               struct arena *arena)
{
    struct decision *decision;
    size_t count = 0;

    for (size_t i = 0; i < mapping->rules_count; i++)
        count += mapping->rules[i].formats_count > 1;
    if (count == 0)
        return NULL;
    decision = arena_take(arena, sizeof(*decision));
    decision->mapping = mapping;
    decision->columns = arena_take(arena, count * sizeof(*decision->columns));
    for (size_t i = 0; i < mapping->rules_count; i++)
        if (mapping->rules[i].formats_count > 1)
            decision->columns[decision->count++].rule = &mapping->rules[i];
    return decision;
}

/* The first value that speaks for one format against another. */
static void show(struct column *column, size_t i, size_t j, struct text text)
{
    if (column->only[i][j]++ > 0 || text.size > SHOWN_MAX_BYTES)
        return;
    memcpy(column->shown[i][j], text.at, text.size);
    column->shown[i][j][text.size] = '\0';
}

static struct column *column_of(const struct decision *decision,
                                const struct rule *rule)
{
    for (size_t c = 0; decision != NULL && c < decision->count; c++)
        if (decision->columns[c].rule == rule)
            return &decision->columns[c];
    return NULL;
}

void decision_note(struct decision *decision, const struct rule *rule,
                   const struct place *place, struct text text,
                   const struct meanings *meanings)
{
    struct column *column = column_of(decision, rule);

    if (column == NULL || meanings->count == 0)
        return;
    if (column->name == NULL)
        column->name = place != NULL ? place->path : rule->reads.at[0].path;
    column->values++;
    for (size_t i = 0; i < rule->formats_count; i++)
        for (size_t j = 0; j < rule->formats_count; j++) {
            if (meanings->times[i].size == 0)
                continue;
            if (meanings->times[j].size == 0)
                show(column, i, j, text);
            else
                column->dispute[i][j] +=
                    !text_equal(meanings->times[i], meanings->times[j]);
        }
}

/* Reads the open times as they will be read, into a customer of no use: so
 * nothing has a say that is not read, nor in another form. */
void decision_see(struct decision *decision, const struct node *record)
{
    const struct cleaning cleaning = {.cells = false};
    struct view view = {.object = record};
    struct customer *customer;
    struct mapping *mapping;
    size_t count;

    if (decision == NULL || record->kind != NODE_OBJECT)
        return;
    /* Times are made only to be compared: this memory is used again. */
    mapping = (struct mapping *)decision->mapping;
    if (mapping->scratch == NULL)
        mapping->scratch = arena_open();
    view.mapping = mapping;
    view_open(&view, mapping->scratch);
    customer = customer_new(mapping->scratch);
    count = view_skipped(&view) == NULL ? decision->count : 0;
    for (size_t c = 0; c < count; c++) {
        struct reading r = {.rule = decision->columns[c].rule,
                            .view = &view,
                            .cleaning = &cleaning,
                            .arena = mapping->scratch,
                            .customer = customer,
                            .seeing = decision};

        reading_rule(&r);
    }
    arena_reset(mapping->scratch);
}

static bool beats(const struct column *column, size_t i, size_t j)
{
    return column->only[i][j] > 0 && column->only[j][i] == 0;
}

void decision_choose(const struct decision *decision, const struct rule *rule,
                     struct meanings *meanings)
{
    const struct column *column = column_of(decision, rule);
    bool out[FORMATS_MAX] = {false};
    struct text first = {0};

    for (size_t i = 0; column != NULL && i < rule->formats_count; i++)
        for (size_t j = 0; j < rule->formats_count; j++)
            out[j] =
                out[j] || (meanings->times[i].size > 0 && beats(column, i, j));
    meanings->count = 0;
    meanings->differ = false;
    for (size_t i = 0; i < rule->formats_count; i++) {
        struct text *time = &meanings->times[i];

        if (out[i])
            *time = (struct text){0};
        if (time->size == 0)
            continue;
        if (meanings->count++ == 0)
            first = *time;
        meanings->differ = meanings->differ || !text_equal(first, *time);
    }
}

/* --- told ------------------------------------------------------------------*/

static const char *shown_format(const struct rule *rule, size_t i)
{
    return rule->formats[i] != NULL ? rule->formats[i] : "iso";
}

/* Whether a format in dispute with this one is right. */
static bool is_beaten(const struct column *column, size_t i)
{
    for (size_t j = 0; j < column->rule->formats_count; j++)
        if (column->dispute[i][j] > 0 && beats(column, j, i))
            return true;
    return false;
}

/* The most values that some two formats read differently: those that the
 * column settles, and those that it leaves open. */
static void count_disputes(const struct column *column, uint64_t *settled,
                           uint64_t *open)
{
    *settled = *open = 0;
    for (size_t i = 0; i < column->rule->formats_count; i++)
        for (size_t j = 0; j < i; j++) {
            bool decided = beats(column, i, j) || beats(column, j, i);
            uint64_t *most = decided ? settled : open;

            if (column->dispute[i][j] > *most)
                *most = column->dispute[i][j];
        }
}

/* Since: %d/%m/%Y ("13/02/2026"); 7 of 9 values alone would not say so */
static void tell_column(const struct column *column, struct buffer *out)
{
    const struct rule *rule = column->rule;
    const char *between = ": ";
    uint64_t settled, open;

    count_disputes(column, &settled, &open);
    buffer_string(out, column->name);
    for (size_t i = 0; i < rule->formats_count; i++) {
        const char *shown = "";

        for (size_t j = 0; *shown == '\0' && j < rule->formats_count; j++)
            shown = column->shown[i][j];
        if (is_beaten(column, i) ||
            (*shown == '\0' && open == 0 && settled == 0))
            continue;
        buffer_print(out, "%s%s", between, shown_format(rule, i));
        if (*shown != '\0')
            buffer_print(out, " (\"%s\")", shown);
        between = " or ";
    }
    if (open > 0)
        buffer_print(out,
                     "; %llu of %llu values do not say which, and are "
                     "left out\n",
                     (unsigned long long)open,
                     (unsigned long long)column->values);
    else if (settled > 0)
        buffer_print(out, "; %llu of %llu values alone would not say so\n",
                     (unsigned long long)settled,
                     (unsigned long long)column->values);
    else
        buffer_print(out, "; all %llu values are clear\n",
                     (unsigned long long)column->values);
}

void decision_tell(const struct decision *decision, struct buffer *out)
{
    for (size_t c = 0; decision != NULL && c < decision->count; c++)
        if (decision->columns[c].name != NULL)
            tell_column(&decision->columns[c], out);
}
