/*
 * examples.c - the examples beside a mapping, run both ways.
 *
 * input is read and must give customer; customer is written and must give
 * output; what was written is read again and must be the same. Whatever is not
 * given is not asked. The problems on the way must be exactly those listed.
 */
#include <string.h>

#include "mappings/rule.h"

/* A value in a message is there to be found again, not to be read. */
enum { VALUE_SHOWN = 80 };

/* --- loading ---------------------------------------------------------------*/

static void check_part(const struct node *example, const char *name,
                       enum node_kind kind, const char *what,
                       struct check *check)
{
    const struct node *part = node_member(example, name);

    if (part != NULL && part->kind != kind)
        check_fault(check, part, "%s of an example must be %s", name, what);
}

/* What an example says and nothing compares could be wrong for ever. */
static void check_asks(const struct node *example, struct check *check)
{
    bool input = node_member(example, "input") != NULL;
    bool customer = node_member(example, "customer") != NULL;
    bool output = node_member(example, "output") != NULL;

    if (check_flag(check, example, "skipped", false)) {
        if (!input)
            check_fault(check, example, "skipped needs an input to leave out");
        if (customer || output || node_member(example, "problems") != NULL)
            check_fault(check, example,
                        "skipped leaves no customer, output and problems");
        return;
    }
    if (output && !customer)
        check_fault(check, example, "output needs the customer it is made of");
    else if (!input && !customer)
        check_fault(check, example, "an example needs an input or a customer");
}

void examples_load(struct mapping *mapping, const struct node *tree,
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
            check_part(n, "input", NODE_OBJECT, "a record", check);
            check_part(n, "customer", NODE_OBJECT, "our fields", check);
            check_part(n, "output", NODE_OBJECT, "a record", check);
            check_part(n, "problems", NODE_LIST, "a list of codes", check);
            check_asks(n, check);
        }
    mapping->examples = node;
}

/* --- running ---------------------------------------------------------------*/

struct example {
    const struct mapping *mapping;
    struct check *check;
    const struct node *node;
    struct arena *arena;
    struct cleaning cleaning;
    struct target_form form;
    const char *title;
    const struct node *seen[32]; /* listed problems that did occur */
    size_t seen_count;
};

static int width(struct text text)
{
    return (int)(text.size < VALUE_SHOWN ? text.size : VALUE_SHOWN);
}

static void fault(struct example *e, const char *what, struct text got,
                  struct text wanted)
{
    check_fault(e->check, e->node, "example '%.60s': %s is '%.*s', not '%.*s'",
                e->title, what, width(got), got.at != NULL ? got.at : "",
                width(wanted), wanted.at != NULL ? wanted.at : "");
}

static void compare_customers(struct example *e, const struct customer *got,
                              const struct customer *wanted)
{
    for (size_t f = 0; f < field_count(); f++) {
        enum field field = (enum field)f;
        struct text a = customer_text(got, field);
        struct text b = customer_text(wanted, field);

        if (customer_has(got, field) != customer_has(wanted, field) ||
            (a.size > 0 && !value_same(field, a, b, e->arena)))
            fault(e, field_name(field), a, b);
    }
}

static struct text as_json(struct example *e, const struct node *node)
{
    struct buffer json = {0};
    struct text text;

    if (node != NULL)
        json_write(&json, node);
    text = arena_text(e->arena, buffer_view(&json));
    buffer_free(&json);
    return text;
}

/* Members may stand in any order; their values are the same bytes. */
static bool same_node(const struct node *a, const struct node *b)
{
    const struct node *x, *y;

    if (a->kind != b->kind || !text_equal(a->text, b->text))
        return false;
    if (node_count(a) != node_count(b))
        return false;
    if (a->kind == NODE_OBJECT) {
        for (x = a->first; x != NULL; x = x->next) {
            y = node_member(b, x->name);
            if (y == NULL || !same_node(x, y))
                return false;
        }
        return true;
    }
    for (x = a->first, y = b->first; x != NULL; x = x->next, y = y->next)
        if (!same_node(x, y))
            return false;
    return true;
}

static void compare_outputs(struct example *e, const struct node *got,
                            const struct node *wanted)
{
    const struct node *other;

    for (const struct node *n = got->first; n != NULL; n = n->next) {
        other = node_member(wanted, n->name);
        if (other == NULL || !same_node(n, other))
            fault(e, n->name, as_json(e, n), as_json(e, other));
    }
    for (const struct node *n = wanted->first; n != NULL; n = n->next)
        if (node_member(got, n->name) == NULL)
            fault(e, n->name, (struct text){0}, as_json(e, n));
}

/* Problems that are listed are expected; all others are faults, but for those
 * that are no loss or no doing of the row. */
static void take_problems(struct example *e, const struct customer *customer)
{
    const struct node *listed = node_member(e->node, "problems");

    for (const struct problem *p = customer->problems; p != NULL; p = p->next) {
        const struct node *n = listed != NULL ? listed->first : NULL;

        while (n != NULL && !text_is(n->text, p->code))
            n = n->next;
        if (n == NULL && !p->notice && !p->once)
            check_fault(e->check, e->node, "example '%.60s': problem %s: %s",
                        e->title, p->code, p->message);
        if (n != NULL && e->seen_count < sizeof(e->seen) / sizeof(e->seen[0]))
            e->seen[e->seen_count++] = n;
    }
}

static void missing_problems(struct example *e)
{
    const struct node *listed = node_member(e->node, "problems");

    for (const struct node *n = listed != NULL ? listed->first : NULL;
         n != NULL; n = n->next) {
        size_t i = 0;

        while (i < e->seen_count && e->seen[i] != n)
            i++;
        if (i == e->seen_count)
            check_fault(e->check, e->node,
                        "example '%.60s': no problem %.*s came up", e->title,
                        TEXT_ARGS(n->text));
    }
}

/* customer: as our own JSON form; unknown names are a mistake here. */
static struct customer *wanted_customer(struct example *e)
{
    const struct node *node = node_member(e->node, "customer");
    struct customer *customer;
    struct err err;

    if (node == NULL)
        return NULL;
    for (const struct node *n = node->first; n != NULL; n = n->next) {
        const char *near = field_suggest(text_of(n->name));

        if (field_define(text_of(n->name)) != FIELD_NONE)
            continue;
        check_fault(e->check, n, "unknown field '%.80s'", n->name);
        if (near != NULL)
            check_hint(e->check, "did you mean '%s'?", near);
    }
    if (customer_parse(&customer, as_json(e, node), e->arena, &err) == OK)
        return customer;
    check_fault(e->check, node, "%s", err.message);
    return NULL;
}

/* What was written, read again, is what the shape could hold. */
static void read_again(struct example *e, const struct node *written,
                       const struct customer *projected)
{
    struct customer *customer, *again;
    const struct slot *slots;
    struct err err;
    size_t count;

    if (mapping_read(e->mapping, written, &e->cleaning, e->arena, &customer,
                     &err) != OK) {
        check_fault(e->check, e->node, "example '%.60s': output: %s", e->title,
                    err.message);
        return;
    }
    again = mapping_project(e->mapping, customer, false, e->arena);
    slots = mapping_slots(e->mapping, &count);
    for (size_t i = 0; i < count; i++) {
        enum field field = slots[i].field;
        struct text a = customer_text(again, field);
        struct text b = customer_text(projected, field);

        if (slots[i].readable && slots[i].writable &&
            (a.size > 0) != (b.size > 0))
            fault(e, field_name(field), a, b);
        else if (slots[i].readable && slots[i].writable && a.size > 0 &&
                 !value_same(field, a, b, e->arena))
            fault(e, field_name(field), a, b);
    }
}

static void run_writing(struct example *e, const struct customer *wanted)
{
    const struct node *output = node_member(e->node, "output");
    const struct node *input = node_member(e->node, "input");
    struct customer *projected;
    struct node *written;

    /* Reading alone asks for nothing that only writing needs. */
    if (output == NULL && input != NULL)
        return;
    projected = mapping_project(e->mapping, wanted, true, e->arena);
    take_problems(e, projected);
    if (output == NULL)
        return;
    written = mapping_write(e->mapping, projected, NULL, &e->form, e->arena);
    compare_outputs(e, written, output);
    read_again(e, written, projected);
}

static void run_reading(struct example *e, const struct customer *wanted)
{
    const struct node *input = node_member(e->node, "input");
    bool skipped = check_flag(e->check, e->node, "skipped", false);
    struct customer *got;
    enum status status;
    struct err err;

    if (input == NULL)
        return;
    status =
        mapping_read(e->mapping, input, &e->cleaning, e->arena, &got, &err);
    if (status != OK) {
        if (!skipped || strcmp(err.code, "skipped") != 0)
            check_fault(e->check, e->node, "example '%.60s': %s", e->title,
                        err.message);
        return;
    }
    if (skipped)
        check_fault(e->check, e->node, "example '%.60s' is not skipped",
                    e->title);
    take_problems(e, got);
    if (wanted != NULL)
        compare_customers(e, got, wanted);
}

static void run(struct example *e)
{
    struct text title = check_text(e->check, e->node, "title");
    struct text region = check_text(e->check, e->node, "region");
    const struct customer *wanted;

    e->title = title.at != NULL ? title.at : "";
    if (region.size > 0) {
        e->cleaning.regions[3] = region.at;
        e->form.region = region.at;
    }
    e->form.national = e->mapping->national;
    wanted = wanted_customer(e);
    run_reading(e, wanted);
    if (wanted != NULL)
        run_writing(e, wanted);
    missing_problems(e);
}

void mapping_examples(const struct mapping *mapping, struct check *check)
{
    const struct node *n =
        mapping->examples != NULL ? mapping->examples->first : NULL;

    for (; n != NULL; n = n->next) {
        struct example example = {
            .mapping = mapping, .check = check, .node = n};

        example.arena = arena_open();
        run(&example);
        arena_close(example.arena);
    }
}
