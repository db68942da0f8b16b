/*
 * json.c - JSON to a tree; back again is json_write.c. The home of jansson.
 *
 * jansson turns numbers into doubles and 64-bit integers, which costs digits.
 * So before it sees a text, every number is checked against RFC 8259 and put
 * in quotes as a string that begins with '#', and every real string gets an
 * 's' in front: the two cannot be confused, whatever a string holds.
 */
#include "formats/json.h"

#include "formats/limits.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARK_NUMBER = '#',
    MARK_STRING = 's',
};

const struct json_limits json_record_limits = {NODES_MAX, FIELD_MAX};
const struct json_limits json_piece_limits = {1, SIZE_MAX};
/* A whole reply may hold many records of NODES_MAX; it is bounded by REPLY_MAX
 * already, this only keeps the tree's memory in proportion. */
static const struct json_limits parse_limits = {20 * NODES_MAX, SIZE_MAX};

static bool digit_at(struct text a, size_t i)
{
    return i < a.size && a.at[i] >= '0' && a.at[i] <= '9';
}

static size_t digits(struct text a, size_t i)
{
    while (digit_at(a, i))
        i++;
    return i;
}

/* RFC 8259, section 6: [-] int [frac] [exp], nothing before or behind. */
static bool is_number(struct text a)
{
    size_t i = a.size > 0 && a.at[0] == '-' ? 1 : 0;

    if (!digit_at(a, i))
        return false;
    i = a.at[i] == '0' ? i + 1 : digits(a, i);
    if (i < a.size && a.at[i] == '.') {
        if (!digit_at(a, i + 1))
            return false;
        i = digits(a, i + 1);
    }
    if (i < a.size && (a.at[i] == 'e' || a.at[i] == 'E')) {
        i++;
        if (i < a.size && (a.at[i] == '+' || a.at[i] == '-'))
            i++;
        if (!digit_at(a, i))
            return false;
        i = digits(a, i);
    }
    return i == a.size;
}

bool json_is_scalar(struct text text)
{
    return is_number(text) || text_is(text, "true") || text_is(text, "false") ||
           text_is(text, "null");
}

static bool in_number(char byte)
{
    return (byte >= '0' && byte <= '9') || byte == '-' || byte == '+' ||
           byte == '.' || byte == 'e' || byte == 'E';
}

/* Position of the quote that closes the string opened at i, or bytes.size. */
static size_t string_end(struct text bytes, size_t i)
{
    for (i++; i < bytes.size && bytes.at[i] != '"'; i++)
        if (bytes.at[i] == '\\')
            i++;
    return i < bytes.size ? i : bytes.size;
}

static enum status refuse(struct err *err, const char *message)
{
    return fail(err, REJECT, EXIT_DATA, "bad_row", "%s", message);
}

/* The string or number at *i, marked; *i moves behind it. */
static enum status mark_token(struct text bytes, size_t *i, struct buffer *out,
                              struct err *err)
{
    size_t begin = *i, end;

    if (bytes.at[begin] == '"') {
        end = string_end(bytes, begin);
        if (end == bytes.size)
            return refuse(err, "a string is never closed");
        buffer_byte(out, '"');
        buffer_byte(out, MARK_STRING);
        buffer_add(out, bytes.at + begin + 1, end - begin);
        *i = end + 1;
        return OK;
    }
    for (end = begin; end < bytes.size && in_number(bytes.at[end]); end++)
        ;
    if (!is_number((struct text){bytes.at + begin, end - begin}))
        return refuse(err, "a number is not written as JSON wants it");
    buffer_byte(out, '"');
    buffer_byte(out, MARK_NUMBER);
    buffer_add(out, bytes.at + begin, end - begin);
    buffer_byte(out, '"');
    *i = end;
    return OK;
}

static enum status mark(struct text bytes, size_t nodes_max, struct buffer *out,
                        struct err *err)
{
    size_t depth = 0, nodes = 0, i = 0;

    while (i < bytes.size) {
        char byte = bytes.at[i];

        if (byte == '"' || byte == '-' || (byte >= '0' && byte <= '9')) {
            enum status status = mark_token(bytes, &i, out, err);

            if (status != OK)
                return status;
            continue;
        }
        if (byte == '{' || byte == '[')
            depth++;
        else if ((byte == '}' || byte == ']') && depth > 0)
            depth--;
        if (depth > DEPTH_MAX)
            return fail(err, REJECT, EXIT_DATA, "bad_row",
                        "nested deeper than %d", DEPTH_MAX);
        nodes += byte == ',' || byte == '{' || byte == '[';
        if (nodes > nodes_max)
            return fail(err, REJECT, EXIT_DATA, "bad_row",
                        "more than %zu members and elements", nodes_max);
        buffer_byte(out, byte);
        i++;
    }
    return OK;
}

/* jansson's own words quote the data, which no message of ours may. */
static enum status refuse_syntax(const json_error_t *error, struct err *err)
{
    switch (json_error_code(error)) {
    case json_error_duplicate_key:
        return refuse(err, "a name stands twice in one object");
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return refuse(err, "a string holds a NUL");
    case json_error_invalid_utf8:
        return fail(err, REJECT, EXIT_DATA, "bad_encoding", "not UTF-8");
    case json_error_premature_end_of_input:
        return refuse(err, "not whole JSON: something is missing at its end");
    case json_error_end_of_input_expected:
        return refuse(err, "something stands behind the end of the JSON");
    default:
        return refuse(err, "not JSON");
    }
}

struct builder {
    struct arena *arena;
    struct names *names;
    size_t text_max;
    struct err *err;
};

/* Whether a string or name, its mark apart, is one that may be kept. */
static bool fits(const struct builder *builder, size_t size)
{
    if (size <= builder->text_max)
        return true;
    (void)fail(builder->err, REJECT, EXIT_DATA, "bad_row",
               "a text is larger than %zu bytes", builder->text_max);
    return false;
}

static struct node *build(struct builder *builder, json_t *json);

static struct node *build_object(struct builder *builder, json_t *json)
{
    struct node *object = node_new(builder->arena, NODE_OBJECT);
    const char *key;
    json_t *value;

    json_object_foreach(json, key, value)
    {
        struct node *member;
        const char *name;

        if (key[0] != MARK_STRING) {
            refuse(builder->err, "a member's name is not a string");
            return NULL;
        }
        if (!fits(builder, strlen(key + 1)))
            return NULL;
        name = names_intern(builder->names, text_of(key + 1));
        if (name == NULL) {
            refuse(builder->err, "too many different names");
            return NULL;
        }
        member = build(builder, value);
        if (member == NULL)
            return NULL;
        node_add(object, name, member);
    }
    return object;
}

static struct node *build_list(struct builder *builder, json_t *json)
{
    struct node *list = node_new(builder->arena, NODE_LIST);
    json_t *value;
    size_t i;

    json_array_foreach(json, i, value)
    {
        struct node *element = build(builder, value);

        if (element == NULL)
            return NULL;
        node_add(list, NULL, element);
    }
    return list;
}

static struct node *build(struct builder *builder, json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return build_object(builder, json);
    case JSON_ARRAY:
        return build_list(builder, json);
    case JSON_TRUE:
        return node_new(builder->arena, NODE_TRUE);
    case JSON_FALSE:
        return node_new(builder->arena, NODE_FALSE);
    case JSON_STRING: {
        const char *at = json_string_value(json);
        struct text text = {at + 1, json_string_length(json) - 1};
        struct node *node;

        if (!fits(builder, text.size))
            return NULL;
        node = node_text(builder->arena, text);

        if (at[0] == MARK_NUMBER)
            node->kind = NODE_NUMBER;
        return node;
    }
    default:
        return node_new(builder->arena, NODE_NULL);
    }
}

enum status json_tree(struct text bytes, const struct json_limits *limits,
                      struct arena *arena, struct names *names,
                      struct node **out, struct err *err)
{
    struct builder builder = {arena, names, limits->text, err};
    struct buffer marked = {0};
    json_error_t error;
    json_t *json = NULL;
    enum status status = mark(bytes, limits->nodes, &marked, err);

    *out = NULL;
    if (status != OK)
        goto out;
    json = json_loadb(buffer_view(&marked).at, marked.size,
                      JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (json == NULL) {
        status = refuse_syntax(&error, err);
        goto out;
    }
    *out = build(&builder, json);
    status = *out != NULL ? OK : REJECT;
out:
    json_decref(json);
    buffer_free(&marked);
    return status;
}

enum status json_parse(struct text bytes, struct arena *arena,
                       struct names *names, struct node **out, struct err *err)
{
    return json_tree(bytes, &parse_limits, arena, names, out, err);
}
