/*
 * xml.c - the XML reader: one record's bytes to the tree.
 *
 * raw is the element as it stands in the file. It is parsed alone, so prefixes
 * may lack their declaration: names count without prefix, so two elements or
 * attributes of one local name are members side by side. Blank text beside
 * elements or attributes is layout and left out, unless xml:space says not.
 */
#include "formats/xml.h"
#include "formats/xml_name.h"
#include "formats/xml_writer.h"

#include "formats/limits.h"

#include <stdlib.h>
#include <string.h>

struct level {
    struct node *node; /* an object until the element ends */
    struct buffer text;
    bool has_elements;
    bool preserve; /* xml:space: blanks are text, not layout */
};

struct xml {
    struct xml_self self; /* first: libxml2 hands it to the callbacks */
    struct xml_trouble trouble;
    struct xml_stream stream;
    struct names *names; /* borrowed */
    struct arena *columns_arena;
    const char *const *columns;
    struct text digest; /* the path to the records */
    /* Of the record that is taken apart: */
    struct arena *arena; /* borrowed */
    struct node *object;
    struct level levels[DEPTH_MAX + 1];
    size_t depth, nodes;
    bool in_cdata_cr;    /* the last byte of a CDATA section's part was a CR */
    const char *refused; /* why, or NULL */
};

static void refuse(struct xml *xml, const char *why)
{
    if (xml->refused == NULL)
        xml->refused = why;
    xmlStopParser(xml->self.parser);
}

static const char *intern(struct xml *xml, struct text name)
{
    const char *interned =
        names_intern(xml->names, xml_name_decode(name, xml->arena));

    if (interned == NULL)
        refuse(xml, "too many different names");
    return interned;
}

/*
 * In an attribute libxml2 hands on every ampersand as `&#38;`, for the tree
 * builder that it expects behind SAX. Since it does so with each, taking it
 * back is exact.
 */
static struct text attribute_value(struct xml *xml, struct text value)
{
    static const char mark[] = "&#38;";
    char *to;
    size_t size = 0;

    value = arena_text(xml->arena, value);
    to = (char *)value.at;
    for (size_t i = 0; i < value.size; i++) {
        to[size++] = value.at[i];
        if (strncmp(value.at + i, mark, sizeof(mark) - 1) == 0)
            i += sizeof(mark) - 2;
    }
    to[size] = '\0';
    return (struct text){to, size};
}

/* Five pointers each: local name, prefix, URI, first and behind last byte. */
static void add_attributes(struct xml *xml, struct level *level, int count,
                           const xmlChar **attributes)
{
    struct node *node = level->node;

    for (int i = 0; i < count; i++, attributes += 5) {
        struct text value = {(const char *)attributes[3],
                             (size_t)(attributes[4] - attributes[3])};
        const char *name = intern(
            xml, arena_print(xml->arena, "@%s", (const char *)attributes[0]));

        struct node *member;

        if (name == NULL)
            return;
        member = node_add(node, name, node_new(xml->arena, NODE_TEXT));
        member->text = attribute_value(xml, value);
        if (attributes[1] != NULL && strcmp(name, "@space") == 0 &&
            strcmp((const char *)attributes[1], "xml") == 0)
            level->preserve = text_is(member->text, "preserve");
    }
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces_count,
                     const xmlChar **namespaces, int attributes_count,
                     int defaulted, const xmlChar **attributes)
{
    struct xml *xml = user;
    struct level *level;

    (void)prefix;
    (void)uri;
    (void)namespaces_count;
    (void)namespaces;
    (void)defaulted;
    xml->nodes += 1 + (size_t)attributes_count;
    if (xml->depth > DEPTH_MAX)
        refuse(xml, "nested too deep");
    else if (xml->nodes > NODES_MAX)
        refuse(xml, "too many elements and attributes");
    if (xml->refused != NULL)
        return;
    level = &xml->levels[xml->depth];
    level->node = node_new(xml->arena, NODE_OBJECT);
    level->has_elements = false;
    level->preserve = xml->depth > 0 && level[-1].preserve;
    buffer_clear(&level->text);
    if (xml->depth > 0) {
        level[-1].has_elements = true;
        level->node->name = intern(xml, text_of((const char *)local));
        if (level->node->name == NULL)
            return;
    }
    add_attributes(xml, level, attributes_count, attributes);
    xml->depth++;
}

static void on_text(void *user, const xmlChar *at, int size)
{
    struct xml *xml = user;

    xml->in_cdata_cr = false;
    if (xml->refused == NULL && xml->depth > 0)
        buffer_add(&xml->levels[xml->depth - 1].text, at, (size_t)size);
}

/* libxml2 hands a CDATA section on with the line ends that the file has. */
static void on_cdata(void *user, const xmlChar *at, int size)
{
    struct xml *xml = user;
    struct buffer *text;

    if (xml->refused != NULL || xml->depth == 0)
        return;
    text = &xml->levels[xml->depth - 1].text;
    for (int i = 0; i < size; i++) {
        if (at[i] == '\r')
            buffer_byte(text, '\n');
        else if (at[i] != '\n' || !xml->in_cdata_cr)
            buffer_byte(text, (char)at[i]);
        xml->in_cdata_cr = at[i] == '\r';
    }
}

static void on_end(void *user, const xmlChar *local, const xmlChar *prefix,
                   const xmlChar *uri)
{
    struct xml *xml = user;
    struct level *level;
    struct text text;
    bool blank;

    (void)local;
    (void)prefix;
    (void)uri;
    if (xml->refused != NULL || xml->depth == 0)
        return;
    level = &xml->levels[--xml->depth];
    text = buffer_view(&level->text);
    blank = level->preserve ? text.size == 0 : text_trim(text).size == 0;
    xml->in_cdata_cr = false;
    if (xml->depth > 0 && level->node->first == NULL) {
        level->node->kind = NODE_TEXT;
        level->node->text = arena_text(xml->arena, text);
    } else if (!blank) {
        const char *name = intern(xml, TEXT("#text"));

        if (name == NULL)
            return;
        node_add(level->node, name,
                 node_text(xml->arena, level->has_elements && !level->preserve
                                           ? text_trim(text)
                                           : text));
    }
    if (xml->depth > 0)
        node_add(level[-1].node, level->node->name, level->node);
    else
        xml->object = level->node;
}

static const xmlSAXHandler handler = {.startElementNs = on_start,
                                      .endElementNs = on_end,
                                      .characters = on_text,
                                      .cdataBlock = on_cdata,
                                      .ignorableWhitespace = on_text};

/* One parser for all records; after an error, or full of names, a new one. */
static void ready(struct xml *xml)
{
    if (xml->self.parser != NULL &&
        xmlDictSize(xml->self.parser->dict) < NAMES_MAX &&
        xmlCtxtResetPush(xml->self.parser, NULL, 0, NULL, NULL) == 0)
        return;
    xml_parser_close(xml->self.parser);
    (void)xml_parser_open(&handler, &xml->self);
}

static enum status xml_fields(void *self, struct text raw, struct arena *arena,
                              struct node **object, struct err *err)
{
    struct xml *xml = self;
    const char *why = NULL;

    *object = NULL;
    if (raw.size > RECORD_MAX)
        return fail(err, REJECT, EXIT_DATA, "bad_row", "too large");
    xml->trouble = (struct xml_trouble){0};
    xml->arena = arena;
    xml->object = NULL;
    xml->depth = xml->nodes = 0;
    xml->refused = NULL;
    ready(xml);
    (void)xmlParseChunk(xml->self.parser, raw.at, (int)raw.size, 1);
    if (xml->refused != NULL)
        why = xml->refused;
    else if (xml->trouble.refused != REFUSED_NOTHING)
        why = "a DOCTYPE or an entity of its own";
    else if (xml->trouble.code != 0)
        why = xml->trouble.message;
    else if (xml->object == NULL)
        why = "no element";
    if (why == NULL) {
        *object = xml->object;
        return OK;
    }
    (void)fail(err, REJECT, EXIT_DATA, "bad_row", "%s", why);
    xml_parser_close(xml->self.parser);
    xml->self.parser = NULL;
    return REJECT;
}

static void xml_close(void *self)
{
    struct xml *xml = self;

    xml_stream_close(&xml->stream);
    xml_parser_close(xml->self.parser);
    arena_close(xml->columns_arena);
    for (size_t i = 0; i <= DEPTH_MAX; i++)
        buffer_free(&xml->levels[i].text);
    free(xml);
}

static enum status xml_next(void *self, struct record *record, struct err *err)
{
    return xml_stream_next(&((struct xml *)self)->stream, record, err);
}

/* The first records tell the names; then the file is read from its start. */
static enum status find_columns(struct xml *xml, struct err *err)
{
    struct node *object = NULL;
    struct record record;
    struct err ignored;

    for (int i = 0; i < HEADER_LINES_MAX && object == NULL; i++) {
        enum status status = xml_next(xml, &record, err);

        if (status == STOP)
            return STOP;
        if (status == END)
            break;
        (void)xml_fields(xml, record.raw, xml->columns_arena, &object,
                         &ignored);
    }
    xml->columns = paths_of(object, xml->columns_arena);
    return xml_stream_rewind(&xml->stream, err);
}

static enum status xml_open(void **self, struct input *input,
                            const struct reader_options *options,
                            struct names *names, struct err *err)
{
    struct xml *xml = calloc(1, sizeof(*xml));
    enum status status;

    if (xml == NULL)
        abort();
    xml->self.trouble = &xml->trouble;
    xml->names = names;
    xml->columns_arena = arena_open();
    xml->digest = arena_text(xml->columns_arena, text_of(options->records));
    status = xml_stream_open(&xml->stream, input, options->records, err);
    if (status == OK)
        status = xml_stream_rewind(&xml->stream, err);
    if (status == OK)
        status = find_columns(xml, err);
    if (status != OK) {
        xml_close(xml);
        return status;
    }
    *self = xml;
    return OK;
}

static const char *const *xml_columns(void *self)
{
    return ((struct xml *)self)->columns;
}

static struct text xml_digest(void *self)
{
    return ((struct xml *)self)->digest;
}

static const struct note *xml_notes(void *self, size_t *count)
{
    (void)self;
    *count = 0;
    return NULL;
}

const struct format xml_format = {
    .name = "xml",
    .suffixes = ".xml",
    .open = xml_open,
    .next = xml_next,
    .fields = xml_fields,
    .columns = xml_columns,
    .digest = xml_digest,
    .notes = xml_notes,
    .close = xml_close,
    .create = xml_create,
    .begin = xml_begin,
    .write = xml_write_record,
    .check = xml_writes_record,
    .finish = xml_finish,
    .destroy = xml_destroy,
    .holds = xml_holds,
};
