/* plan_line.c - see plan_line.h. */
#include "sync/plan_line.h"

#include <inttypes.h>

const char *plan_verb(enum change_kind kind)
{
    static const char *const verbs[] = {
        [CHANGE_CREATE] = "create",
        [CHANGE_UPDATE] = "update",
        [CHANGE_DEACTIVATE] = "deactivate",
    };

    return verbs[kind];
}

void plan_quote(struct buffer *out, struct text text)
{
    struct node node = {.kind = NODE_TEXT, .text = text};

    json_write(out, &node);
}

static void write_match(struct buffer *out, const struct plan_told *told)
{
    buffer_string(out, ",\"match\":");
    if (told->matched[0] == '\0') {
        buffer_string(out, "null");
        return;
    }
    buffer_print(out, "{\"by\":\"%s\"", told->matched);
    if (told->key.size > 0) {
        buffer_string(out, ",\"key\":");
        plan_quote(out, told->key);
    }
    buffer_byte(out, '}');
}

static void write_value(struct buffer *out, const struct customer *customer,
                        enum field field)
{
    static const struct value none;

    customer_write_value(
        out, field, customer != NULL ? customer_get(customer, field) : &none);
}

void plan_line(struct buffer *out, const struct plan_told *told)
{
    const char *between = "";

    buffer_print(out, "{\"do\":\"%s\",\"record\":", plan_verb(told->kind));
    if (told->remote_id.size > 0)
        plan_quote(out, told->remote_id);
    else
        buffer_string(out, "null");
    if (told->recreates.size > 0) {
        buffer_string(out, ",\"recreates\":");
        plan_quote(out, told->recreates);
    }
    if (told->file[0] != '\0') {
        buffer_string(out, ",\"file\":");
        plan_quote(out, text_of(told->file));
        if (told->line > 0) /* an account's record has none */
            buffer_print(out, ",\"line\":%" PRIu64, told->line);
        buffer_print(out, ",\"rows\":%zu", told->rows);
    }
    write_match(out, told);
    buffer_string(out, ",\"fields\":{");
    for (size_t i = 0; i < field_count(); i++) {
        if (!told->fields[i])
            continue;
        buffer_string(out, between);
        between = ",";
        plan_quote(out, text_of(field_name((enum field)i)));
        buffer_string(out, ":{\"before\":");
        write_value(out, told->before, (enum field)i);
        buffer_string(out, ",\"after\":");
        write_value(out, told->after, (enum field)i);
        buffer_byte(out, '}');
    }
    buffer_string(out, "}}");
}
