/*
 * json_write.c - a tree to JSON, as everybody's JSON.stringify writes it.
 */
#include "formats/node.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* jansson writes \u001F where everybody's JSON.stringify writes \u001f. */
static void lower_escapes(char *at, size_t size)
{
    for (size_t i = 0; i + 1 < size; i++) {
        if (at[i] != '\\')
            continue;
        if (at[i + 1] == 'u')
            for (size_t k = i + 2; k < i + 6 && k < size; k++)
                if (at[k] >= 'A' && at[k] <= 'F')
                    at[k] = (char)(at[k] + 32);
        i++;
    }
}

static bool needs_escape(struct text text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.at[i] < 0x20 || text.at[i] == '"' ||
            text.at[i] == '\\')
            return true;
    return false;
}

static int append(const char *bytes, size_t size, void *out)
{
    buffer_add(out, bytes, size);
    return 0;
}

static void write_utf8(struct buffer *out, struct text text)
{
    size_t begin = out->size;
    json_t *json;

    if (!needs_escape(text)) {
        buffer_byte(out, '"');
        buffer_text(out, text);
        buffer_byte(out, '"');
        return;
    }
    json = json_stringn_nocheck(text.at, text.size);
    /* With UTF-8 in hand only memory can fail it. */
    if (json == NULL || json_dump_callback(json, append, out,
                                           JSON_ENCODE_ANY | JSON_COMPACT) != 0)
        abort();
    json_decref(json);
    lower_escapes(out->at + begin, out->size - begin);
}

/* It stands in JSON as it is, as nearly every text does. */
static bool is_plain(struct text text)
{
    return text.size == 0 || (text_is_printable(text) &&
                              memchr(text.at, '"', text.size) == NULL &&
                              memchr(text.at, '\\', text.size) == NULL);
}

/* Readers let no other bytes pass; arguments and variables might. */
static void write_text(struct buffer *out, struct text text)
{
    struct buffer clean = {0};
    size_t i = 0;

    if (is_plain(text)) {
        buffer_byte(out, '"');
        buffer_text(out, text);
        buffer_byte(out, '"');
        return;
    }
    if (text_is_utf8(text)) {
        write_utf8(out, text);
        return;
    }
    while (i < text.size) {
        size_t size = 1;

        while (size < 4 && i + size < text.size &&
               !text_is_utf8((struct text){text.at + i, size}))
            size++;
        if (text_is_utf8((struct text){text.at + i, size})) {
            buffer_add(&clean, text.at + i, size);
            i += size;
        } else {
            buffer_string(&clean, "\xef\xbf\xbd");
            i++;
        }
    }
    write_utf8(out, buffer_view(&clean));
    buffer_free(&clean);
}

static void new_line(struct buffer *out, int indent)
{
    if (indent < 0)
        return;
    buffer_byte(out, '\n');
    for (int i = 0; i < indent; i++)
        buffer_string(out, "  ");
}

static void write_node(struct buffer *out, const struct node *node, int indent);

static void write_children(struct buffer *out, const struct node *node,
                           int indent)
{
    bool object = node->kind == NODE_OBJECT;
    int inner = indent < 0 ? -1 : indent + 1;

    buffer_byte(out, object ? '{' : '[');
    for (const struct node *child = node->first; child != NULL;
         child = child->next) {
        if (child != node->first)
            buffer_byte(out, ',');
        new_line(out, inner);
        if (object) {
            write_text(out, text_of(child->name));
            buffer_string(out, indent < 0 ? ":" : ": ");
        }
        write_node(out, child, inner);
    }
    if (node->first != NULL)
        new_line(out, indent);
    buffer_byte(out, object ? '}' : ']');
}

/* indent < 0: compact. */
static void write_node(struct buffer *out, const struct node *node, int indent)
{
    switch (node != NULL ? node->kind : NODE_NULL) {
    case NODE_NULL:
        buffer_string(out, "null");
        break;
    case NODE_FALSE:
        buffer_string(out, "false");
        break;
    case NODE_TRUE:
        buffer_string(out, "true");
        break;
    case NODE_NUMBER:
        buffer_text(out, node->text);
        break;
    case NODE_TEXT:
        write_text(out, node->text);
        break;
    case NODE_LIST:
    case NODE_OBJECT:
        write_children(out, node, indent);
        break;
    }
}

void json_write(struct buffer *out, const struct node *node)
{
    write_node(out, node, -1);
}

void json_write_pretty(struct buffer *out, const struct node *node)
{
    write_node(out, node, 0);
}
