/* life.c - see life.h. */
#include "sync/life.h"

#include <inttypes.h>

#include "sync/diff.h"

const char *life_word(enum change_kind kind)
{
    static const char *const words[] = {
        [CHANGE_CREATE] = "create",         [CHANGE_UPDATE] = "update",
        [CHANGE_DEACTIVATE] = "deactivate", [CHANGE_UNDO] = "undo",
        [CHANGE_UNMAKE] = "unmake",
    };

    return words[kind];
}

void life_add(struct node *object, const char *name, struct text text,
              struct arena *arena)
{
    if (text.size > 0)
        (void)node_add(object, name, node_text(arena, text));
}

void life_number(struct node *object, const char *name, uint64_t number,
                 struct arena *arena)
{
    struct node *node = node_new(arena, NODE_NUMBER);

    node->text = arena_print(arena, "%" PRIu64, number);
    (void)node_add(object, name, node);
}

void life_cleaned(struct node *list, const struct customer *customer,
                  uint64_t line, struct arena *arena)
{
    const struct problem *problem = customer->problems;

    for (; problem != NULL && node_count(list) < LIFE_CLEANED_MAX;
         problem = problem->next) {
        struct node *entry;

        if (problem->notice || problem->once)
            continue;
        entry = node_add(list, NULL, node_new(arena, NODE_LIST));
        life_number(entry, NULL, line, arena);
        (void)node_add(
            entry, NULL,
            node_text(arena, text_of(problem->field == FIELD_NONE
                                         ? ""
                                         : field_name(problem->field))));
        life_add(entry, NULL, text_of(problem->code), arena);
        life_add(entry, NULL, text_of(problem->message), arena);
    }
}

/* Fields that the customer has no value for are blank there. What is JSON
 * already is written as it stands, as a number's digits are. */
static struct node *side(const struct customer *customer, const bool *chosen,
                         struct arena *arena)
{
    struct customer *only = customer_new(arena);
    struct node *written = node_new(arena, NODE_NUMBER);

    for (size_t i = 0; i < field_count(); i++) {
        if (!chosen[i])
            continue;
        if (customer_has(customer, (enum field)i))
            customer_set(only, (enum field)i,
                         customer_text(customer, (enum field)i));
        else
            only->values[i].presence = VALUE_BLANK;
    }
    written->text = customer_json(only, arena);
    return written;
}

void life_moves(struct node *object, const struct customer *before,
                const struct customer *after, const bool *chosen,
                struct arena *arena)
{
    (void)node_add(object, "before", side(before, chosen, arena));
    (void)node_add(object, "after", side(after, chosen, arena));
}

struct node *life_edits(const struct customer *held,
                        const struct customer *moved, struct arena *arena)
{
    bool *chosen = arena_take(arena, field_count() * sizeof(*chosen));
    struct node *saw = node_new(arena, NODE_OBJECT);
    bool any = false;

    for (size_t i = 0; i < moved->count; i++) {
        chosen[i] = moved->values[i].presence != VALUE_ABSENT &&
                    customer_get(held, (enum field)i)->presence != VALUE_ABSENT;
        any = any || chosen[i];
    }
    if (any)
        life_moves(saw, held, moved, chosen, arena);
    return any ? saw : NULL;
}

struct node *life_written(struct text json, struct arena *arena)
{
    struct node *written;

    if (json.size == 0)
        return NULL;
    written = node_new(arena, NODE_NUMBER);
    written->text = json;
    return written;
}

struct text life_json(const struct node *object, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text json;

    json_write(&buffer, object);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
}

enum status life_fields(const struct node *object, const char *name,
                        struct arena *arena, struct customer **out,
                        struct err *err)
{
    const struct node *fields = node_member(object, name);

    return customer_unpack(fields != NULL ? life_json(fields, arena) : TEXT(""),
                           arena, out, err);
}
