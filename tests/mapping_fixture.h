/*
 * mapping_fixture.h - what the tests of mappings share: an arena, loading,
 * records and customers as short texts.
 */
#ifndef TESTS_MAPPING_FIXTURE_H
#define TESTS_MAPPING_FIXTURE_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mappings/provider.h"

/* Not every test program uses all of them. */
#pragma GCC diagnostic ignored "-Wunused-function"

static struct arena *arena;
static struct names *names;
static const struct cleaning australian = {.regions = {NULL, NULL, NULL, "AU"}};

static void open_all(void)
{
    arena = arena_open();
    names = names_open();
}

static void close_all(void)
{
    names_close(names);
    arena_close(arena);
}

/* What was put together, which is freed. */
static const char *string_of(struct buffer *out)
{
    const char *string = arena_string(arena, buffer_view(out));

    buffer_free(out);
    return string;
}

static struct mapping *mapping_of(const char *text)
{
    struct check check = {.file = "x.yaml"};
    struct mapping *mapping;
    struct node *tree;
    struct err err;

    cr_assert_eq(yaml_parse(text_of(text), "x.yaml", arena, names, &tree, &err),
                 OK, "%s", err.message);
    cr_assert_eq(mapping_build(&mapping, "x", "x.yaml", tree, &check, &err), OK,
                 "%s: %s", check.first.place, check.first.message);
    return mapping;
}

static struct mapping *shipped(const char *name)
{
    struct mapping *mapping;
    struct err err;

    cr_assert_eq(mapping_load(&mapping, name, &err), OK, "%s", err.message);
    return mapping;
}

static struct provider *provider_of(const char *name)
{
    struct provider *provider;
    struct err err;

    cr_assert_eq(provider_load(&provider, name, &err), OK, "%s", err.message);
    return provider;
}

static const struct node *tree_of(const char *text)
{
    struct node *tree;
    struct err err;

    cr_assert_eq(yaml_parse(text_of(text), "record", arena, names, &tree, &err),
                 OK, "%s", err.message);
    return tree;
}

static struct customer *read_node(const struct mapping *mapping,
                                  const struct node *record)
{
    struct customer *customer;
    struct err err;

    cr_assert_eq(
        mapping_read(mapping, record, &australian, arena, &customer, &err), OK,
        "%s", err.message);
    return customer;
}

static struct customer *read_one(const struct mapping *mapping,
                                 const char *record)
{
    return read_node(mapping, tree_of(record));
}

static const char *as_json(const struct customer *customer)
{
    struct buffer out = {0};

    customer_write(&out, customer, true);
    return string_of(&out);
}

/* "code field: message" of each problem, one a line. */
static const char *problems_of(const struct customer *customer)
{
    struct buffer out = {0};

    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        buffer_print(&out, "%s%s%s%s: %s", out.size > 0 ? "\n" : "", p->code,
                     p->field != FIELD_NONE ? " " : "",
                     p->field != FIELD_NONE ? field_name(p->field) : "",
                     p->message);
    return string_of(&out);
}

static void expect_read(const struct mapping *mapping, const char *record,
                        const char *customer, const char *problems)
{
    struct customer *read = read_one(mapping, record);

    cr_expect_str_eq(as_json(read), customer, "%s: %s", record, as_json(read));
    cr_expect_str_eq(problems_of(read), problems, "%s: %s", record,
                     problems_of(read));
}

static const char *node_json(const struct node *node)
{
    struct buffer out = {0};

    json_write(&out, node);
    return string_of(&out);
}

static struct customer *customer_of(const char *json)
{
    struct customer *customer;
    struct err err;

    cr_assert_eq(customer_parse(&customer, text_of(json), arena, &err), OK,
                 "%s", err.message);
    return customer;
}

/* What a customer becomes outside, problems of the projection included. */
static const char *written(const struct mapping *mapping, const char *json,
                           bool for_create)
{
    struct customer *out =
        mapping_project(mapping, customer_of(json), for_create, arena);

    if (out->problems != NULL)
        return arena_print(arena, "%s %s%s", out->problems->code,
                           field_name(out->problems->field),
                           out->problems->fatal ? " fatal" : "")
            .at;
    return node_json(mapping_write(mapping, out, NULL, NULL, arena));
}

static bool has_problem(const struct customer *customer, const char *code)
{
    for (const struct problem *p = customer->problems; p != NULL; p = p->next)
        if (strcmp(p->code, code) == 0)
            return true;
    return false;
}

/* The place and message of a mapping's first fault, or "fine". */
static const char *fault_of(const char *text)
{
    struct check check = {.file = "x.yaml", .quiet = true};
    struct mapping *mapping;
    struct node *tree;
    struct err err;

    cr_assert_eq(yaml_parse(text_of(text), "x.yaml", arena, names, &tree, &err),
                 OK, "%s", err.message);
    if (mapping_build(&mapping, "x", "x.yaml", tree, &check, &err) == OK) {
        mapping_close(mapping);
        return "fine";
    }
    return arena_print(arena, "%s: %s%s%s", err.place, err.message,
                       err.hint[0] != '\0' ? " - " : "", err.hint)
        .at;
}

#endif
