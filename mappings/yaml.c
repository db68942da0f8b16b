/*
 * yaml.c - libyaml's events as a tree of nodes; the only home of libyaml.
 *
 * Scalars follow the core schema of YAML 1.2 and are then kept to what JSON can
 * say: `+61`, `.5` and `0x1F` stay text, because whoever writes them in a
 * mapping means a telephone number or a code, never a quantity.
 */
#include "mappings/yaml.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "formats/limits.h"

struct loading {
    yaml_parser_t parser;
    const char *file;
    struct arena *arena;
    struct names *names;
    struct err *err;
    size_t nodes;
};

/* Places count from 1, libyaml counts from 0. */
static enum status at(struct loading *loading, yaml_mark_t mark,
                      const char *message)
{
    fail(loading->err, STOP, EXIT_CONFIG, "bad_yaml", "%s", message);
    err_place(loading->err, "%s:%zu:%zu", loading->file, mark.line + 1,
              mark.column + 1);
    return STOP;
}

static enum status next_event(struct loading *loading, yaml_event_t *event)
{
    yaml_parser_t *parser = &loading->parser;

    if (yaml_parser_parse(parser, event))
        return OK;
    if (parser->problem_mark.line == 0 && parser->problem_mark.column == 0 &&
        parser->error == YAML_READER_ERROR)
        return fail(loading->err, STOP, EXIT_CONFIG, "bad_yaml",
                    "not UTF-8, or a control character, at byte %zu",
                    parser->problem_offset + 1);
    return at(loading, parser->problem_mark,
              parser->problem != NULL ? parser->problem : "not YAML");
}

static size_t digits(const char *s, size_t size, size_t from)
{
    while (from < size && s[from] >= '0' && s[from] <= '9')
        from++;
    return from;
}

/* A number as JSON writes it, so that it can be written again as it is. */
static bool is_number(struct text text)
{
    const char *s = text.at;
    size_t i = 0, from;

    if (i < text.size && s[i] == '-')
        i++;
    from = i;
    i = digits(s, text.size, i);
    if (i == from || (s[from] == '0' && i > from + 1))
        return false;
    if (i < text.size && s[i] == '.') {
        from = ++i;
        i = digits(s, text.size, i);
        if (i == from)
            return false;
    }
    if (i < text.size && (s[i] == 'e' || s[i] == 'E')) {
        i++;
        if (i < text.size && (s[i] == '+' || s[i] == '-'))
            i++;
        from = i;
        i = digits(s, text.size, i);
        if (i == from)
            return false;
    }
    return i == text.size;
}

static enum node_kind plain_kind(struct text text)
{
    static const struct {
        const char *word;
        enum node_kind kind;
    } words[] = {
        {"", NODE_NULL},       {"~", NODE_NULL},      {"null", NODE_NULL},
        {"Null", NODE_NULL},   {"NULL", NODE_NULL},   {"true", NODE_TRUE},
        {"True", NODE_TRUE},   {"TRUE", NODE_TRUE},   {"false", NODE_FALSE},
        {"False", NODE_FALSE}, {"FALSE", NODE_FALSE},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (text_is(text, words[i].word))
            return words[i].kind;
    return is_number(text) ? NODE_NUMBER : NODE_TEXT;
}

static struct text scalar_text(const yaml_event_t *event)
{
    return (struct text){(const char *)event->data.scalar.value,
                         event->data.scalar.length};
}

static struct node *place_node(struct loading *loading, enum node_kind kind,
                               yaml_mark_t mark)
{
    struct node *node = node_new(loading->arena, kind);

    node->line = (uint32_t)mark.line + 1;
    node->column = (uint32_t)mark.column + 1;
    return node;
}

/* What we do not read in a mapping is refused, never half understood. */
static const char *refused(const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL, *tag = NULL;

    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return "aliases (*name) are not read here";
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        break;
    }
    if (anchor != NULL)
        return "anchors (&name) are not read here";
    if (tag != NULL)
        return "tags (!name) are not read here";
    return NULL;
}

static enum status read_value(struct loading *loading, yaml_event_t *event,
                              int depth, struct node **out);

static enum status read_scalar(struct loading *loading,
                               const yaml_event_t *event, struct node **out)
{
    struct text text = scalar_text(event);
    enum node_kind kind = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
                              ? plain_kind(text)
                              : NODE_TEXT;

    if (memchr(text.at, '\0', text.size) != NULL)
        return at(loading, event->start_mark, "a NUL character in a text");
    *out = place_node(loading, kind, event->start_mark);
    if (kind == NODE_TEXT || kind == NODE_NUMBER)
        (*out)->text = arena_text(loading->arena, text);
    return OK;
}

static enum status read_sequence(struct loading *loading, int depth,
                                 struct node *list)
{
    enum status status = OK;

    while (status == OK) {
        yaml_event_t event;
        struct node *child;

        status = next_event(loading, &event);
        if (status != OK)
            break;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        status = read_value(loading, &event, depth + 1, &child);
        if (status == OK)
            node_add(list, NULL, child);
        yaml_event_delete(&event);
    }
    return status;
}

/* The key of a member, interned; twice the same is somebody's mistake. */
static enum status read_key(struct loading *loading, const yaml_event_t *event,
                            const struct node *object, size_t count,
                            const char **out)
{
    char message[160];

    if (refused(event) != NULL)
        return at(loading, event->start_mark, refused(event));
    if (event->type != YAML_SCALAR_EVENT)
        return at(loading, event->start_mark, "a key must be a plain word");
    if (count >= COLUMNS_MAX)
        return at(loading, event->start_mark, "too many keys in one place");
    if (memchr(event->data.scalar.value, '\0', event->data.scalar.length))
        return at(loading, event->start_mark, "a NUL character in a key");
    *out = names_intern(loading->names, scalar_text(event));
    if (*out == NULL)
        return at(loading, event->start_mark, "too many different keys");
    for (const struct node *n = object->first; n != NULL; n = n->next)
        if (n->name == *out) {
            snprintf(message, sizeof(message),
                     "key '%.60s' is given twice, first in line %u", *out,
                     n->line);
            return at(loading, event->start_mark, message);
        }
    return OK;
}

static enum status read_mapping(struct loading *loading, int depth,
                                struct node *object)
{
    enum status status = OK;
    size_t count = 0;

    while (status == OK) {
        yaml_event_t event;
        const char *name = NULL;
        struct node *child;
        yaml_mark_t mark;

        status = next_event(loading, &event);
        if (status != OK)
            break;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            break;
        }
        status = read_key(loading, &event, object, count++, &name);
        mark = event.start_mark;
        yaml_event_delete(&event);
        if (status != OK)
            break;
        status = next_event(loading, &event);
        if (status != OK)
            break;
        status = read_value(loading, &event, depth + 1, &child);
        if (status == OK) {
            /* A member's place is its key: that is what people look for. */
            child->line = (uint32_t)mark.line + 1;
            child->column = (uint32_t)mark.column + 1;
            node_add(object, name, child);
        }
        yaml_event_delete(&event);
    }
    return status;
}

static enum status read_value(struct loading *loading, yaml_event_t *event,
                              int depth, struct node **out)
{
    if (refused(event) != NULL)
        return at(loading, event->start_mark, refused(event));
    if (depth > DEPTH_MAX)
        return at(loading, event->start_mark, "nested too deep");
    if (++loading->nodes > NODES_MAX)
        return at(loading, event->start_mark, "too many values");
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return read_scalar(loading, event, out);
    case YAML_SEQUENCE_START_EVENT:
        *out = place_node(loading, NODE_LIST, event->start_mark);
        return read_sequence(loading, depth, *out);
    case YAML_MAPPING_START_EVENT:
        *out = place_node(loading, NODE_OBJECT, event->start_mark);
        return read_mapping(loading, depth, *out);
    default:
        return at(loading, event->start_mark, "not expected here");
    }
}

/* Stream and document brackets around the one value there may be. */
static enum status read_document(struct loading *loading, struct node **out)
{
    enum status status = OK;
    bool ended = false;

    *out = NULL;
    while (status == OK && !ended) {
        yaml_event_t event;

        status = next_event(loading, &event);
        if (status != OK)
            break;
        switch (event.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
            break;
        case YAML_STREAM_END_EVENT:
            ended = true;
            break;
        case YAML_DOCUMENT_START_EVENT:
            if (*out != NULL)
                status = at(loading, event.start_mark,
                            "a second document begins here");
            break;
        default:
            status = read_value(loading, &event, 1, out);
            break;
        }
        yaml_event_delete(&event);
    }
    if (status == OK && *out == NULL) {
        *out = node_new(loading->arena, NODE_NULL);
        (*out)->line = (*out)->column = 1;
    }
    return status;
}

enum status yaml_parse(struct text bytes, const char *shown_as,
                       struct arena *arena, struct names *names,
                       struct node **out, struct err *err)
{
    struct loading loading = {
        .file = shown_as, .arena = arena, .names = names, .err = err};
    enum status status;

    if (text_starts(bytes, "\xEF\xBB\xBF")) {
        bytes.at += 3;
        bytes.size -= 3;
    }
    if (bytes.size > YAML_MAX) {
        fail(err, STOP, EXIT_CONFIG, "bad_yaml", "larger than %d bytes",
             YAML_MAX);
        err_place(err, "%s", shown_as);
        return STOP;
    }
    if (!yaml_parser_initialize(&loading.parser))
        return fail(err, STOP, EXIT_BUG, "no_memory", "out of memory");
    yaml_parser_set_encoding(&loading.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &loading.parser,
        (const unsigned char *)(bytes.at != NULL ? bytes.at : ""), bytes.size);
    status = read_document(&loading, out);
    yaml_parser_delete(&loading.parser);
    if (status != OK)
        err_place(err, "%s", shown_as);
    return status;
}

enum status yaml_load(const char *path, struct arena *arena,
                      struct names *names, struct node **out, struct err *err)
{
    struct stat seen;

    return yaml_load_seen(path, arena, names, out, &seen, err);
}

static enum status fail_writable(const char *path, struct err *err)
{
    (void)fail(err, STOP, EXIT_CONFIG, "writable_by_others",
               "everybody can write this file, which decides where data goes");
    err_hint(err, "chmod go-w %s, and read it again before you use it", path);
    err_place(err, "%s", path);
    return STOP;
}

enum status yaml_load_seen(const char *path, struct arena *arena,
                           struct names *names, struct node **out,
                           struct stat *seen, struct err *err)
{
    FILE *file = fopen(path, "rbe");
    struct buffer bytes = {0};
    enum status status = OK;
    char block[16384];
    size_t got;

    *seen = (struct stat){0};
    if (file == NULL)
        return fail(err, STOP, EXIT_NOINPUT, "cannot_open",
                    "cannot open %s: %s", path, strerror(errno));
    if (fstat(fileno(file), seen) == 0 && S_ISREG(seen->st_mode) &&
        (seen->st_mode & S_IWOTH)) {
        fclose(file);
        return fail_writable(path, err);
    }
    errno = 0;
    while (bytes.size <= YAML_MAX &&
           (got = fread(block, 1, sizeof(block), file)) > 0)
        buffer_add(&bytes, block, got);
    if (ferror(file))
        status = fail(err, STOP, EXIT_NOINPUT, "cannot_read",
                      "cannot read %s: %s", path, strerror(errno));
    fclose(file);
    if (status == OK)
        status = yaml_parse(buffer_view(&bytes), path, arena, names, out, err);
    buffer_free(&bytes);
    return status;
}
