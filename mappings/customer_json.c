/*
 * customer_json.c - a customer as one JSON object, and back.
 */
#include "mappings/customer.h"

#include <stdlib.h>
#include <string.h>

static bool is_list(enum type type)
{
    return type == TYPE_LIST || type == TYPE_METHODS || type == TYPE_CONTACTS;
}

static void write_text(struct buffer *out, struct text text)
{
    struct node node = {.kind = NODE_TEXT, .text = text};

    json_write(out, &node);
}

void customer_write_value(struct buffer *out, enum field field,
                          const struct value *value)
{
    enum type type = field_type(field);

    if (value->presence != VALUE_SET)
        buffer_string(out, "null");
    else if (type == TYPE_BOOLEAN &&
             (text_is(value->text, "true") || text_is(value->text, "false")))
        buffer_text(out, value->text);
    /* The canonical form of a list is JSON already. */
    else if (is_list(type) && text_starts(value->text, "["))
        buffer_text(out, value->text);
    else
        write_text(out, value->text);
}

void customer_write(struct buffer *out, const struct customer *customer,
                    bool with_blank)
{
    const char *between = "{";

    for (size_t i = 0; i < customer->count; i++) {
        const struct value *value = &customer->values[i];

        if (value->presence != VALUE_SET &&
            !(with_blank && value->presence == VALUE_BLANK))
            continue;
        buffer_string(out, between);
        between = ",";
        write_text(out, text_of(field_name((enum field)i)));
        buffer_byte(out, ':');
        customer_write_value(out, (enum field)i, value);
    }
    buffer_string(out, *between == '{' ? "{}" : "}");
}

struct text customer_json(const struct customer *customer, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text json;

    customer_write(&buffer, customer, true);
    json = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return json;
}

/* --- and back -------------------------------------------------------------*/

static struct text list_text(const struct node *list, struct arena *arena)
{
    struct buffer buffer = {0};
    struct text text;

    json_write(&buffer, list);
    text = arena_text(arena, buffer_view(&buffer));
    buffer_free(&buffer);
    return text;
}

static enum status parse_member(struct customer *customer,
                                const struct node *member, struct arena *arena,
                                struct err *err)
{
    enum field field = field_named(text_of(member->name));
    struct value *value;

    if (field == FIELD_NONE)
        return OK;
    value = &customer->values[field];
    value->presence = VALUE_SET;
    switch (member->kind) {
    case NODE_NULL:
        value->presence = VALUE_BLANK;
        return OK;
    case NODE_TRUE:
        value->text = TEXT("true");
        return OK;
    case NODE_FALSE:
        value->text = TEXT("false");
        return OK;
    case NODE_NUMBER:
    case NODE_TEXT:
        value->text = member->text;
        return OK;
    case NODE_LIST:
        if (is_list(field_type(field))) {
            value->text = list_text(member, arena);
            return OK;
        }
        break;
    case NODE_OBJECT:
        break;
    }
    value->presence = VALUE_ABSENT;
    return fail(err, REJECT, EXIT_DATA, "bad_customer",
                "%s is not written as a customer's field", member->name);
}

enum status customer_parse(struct customer **out, struct text json,
                           struct arena *arena, struct err *err)
{
    /* Kept for all calls: only our own writing is read here, so the names are
     * field names and no stranger can fill the table. */
    static struct names *names;
    struct node *object;
    enum status status;

    if (names == NULL)
        names = names_open();
    status = json_parse(json, arena, names, &object, err);
    if (status != OK)
        return status;
    if (object->kind != NODE_OBJECT)
        return fail(err, REJECT, EXIT_DATA, "bad_customer",
                    "a customer is written as one JSON object");
    *out = customer_new(arena);
    for (const struct node *member = object->first; member != NULL;
         member = member->next) {
        status = parse_member(*out, member, arena, err);
        if (status != OK)
            return status;
    }
    return OK;
}
