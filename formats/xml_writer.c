/*
 * xml_writer.c - records to XML, through xmlTextWriter.
 */
#include "formats/xml_writer.h"

#include "formats/encoding.h"
#include "formats/xml_name.h"

#include <libxml/tree.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_NAMES = 16 };

struct xml_writer {
    xmlBufferPtr bytes;
    xmlTextWriterPtr writer;
    struct buffer string; /* with a NUL behind it, as libxml2 takes it */
    const char *encoding; /* for the declaration */
    char *path;
    const char *names[PATH_MAX_NAMES]; /* containers and then the record */
    size_t count;
};

static enum status add_names(struct xml_writer *writer, const char *records,
                             struct err *err)
{
    char *left = NULL, *name;

    writer->path = strdup(records);
    if (writer->path == NULL)
        abort();
    for (name = strtok_r(writer->path, "/", &left); name != NULL;
         name = strtok_r(NULL, "/", &left)) {
        if (writer->count == PATH_MAX_NAMES ||
            xmlValidateNCName((const xmlChar *)name, 0) != 0)
            break;
        writer->names[writer->count++] = name;
    }
    if (name != NULL || writer->count < 2)
        return fail(err, STOP, EXIT_CONFIG, "bad_path",
                    "\"%s\" names no root and element for XML", records);
    return OK;
}

/* A file with a mark is UTF-16 and no more: the mark says which. */
static const char *declaration(const char *encoding)
{
    if (encoding == NULL || encoding_is_utf8(encoding))
        return "UTF-8";
    return encoding_is_wide(encoding) ? "UTF-16" : encoding_label(encoding);
}

enum status xml_create(void **self, const struct writer_options *options,
                       struct err *err)
{
    struct xml_writer *writer = calloc(1, sizeof(*writer));
    enum status status;

    if (writer == NULL)
        abort();
    status = add_names(writer,
                       options->records != NULL ? options->records
                                                : "customers/customer",
                       err);
    if (status != OK) {
        xml_destroy(writer);
        return status;
    }
    writer->encoding = declaration(options->encoding);
    writer->bytes = xmlBufferCreate();
    if (writer->bytes == NULL)
        abort();
    writer->writer = xmlNewTextWriterMemory(writer->bytes, 0);
    if (writer->writer == NULL)
        abort();
    (void)xmlTextWriterSetIndent(writer->writer, 1);
    (void)xmlTextWriterSetIndentString(writer->writer, (const xmlChar *)"  ");
    *self = writer;
    return OK;
}

void xml_destroy(void *self)
{
    struct xml_writer *writer = self;

    if (writer->writer != NULL)
        xmlFreeTextWriter(writer->writer);
    if (writer->bytes != NULL)
        xmlBufferFree(writer->bytes);
    buffer_free(&writer->string);
    free(writer->path);
    free(writer);
}

static void take(struct xml_writer *writer, struct buffer *out)
{
    (void)xmlTextWriterFlush(writer->writer);
    buffer_add(out, xmlBufferContent(writer->bytes),
               (size_t)xmlBufferLength(writer->bytes));
    xmlBufferEmpty(writer->bytes);
}

enum status xml_begin(void *self, struct buffer *out, struct err *err)
{
    struct xml_writer *writer = self;

    (void)err;
    /* Not by libxml2: told an encoding it would convert, and so do we. */
    buffer_print(out, "<?xml version=\"1.0\" encoding=\"%s\"?>\n",
                 writer->encoding);
    for (size_t i = 0; i + 1 < writer->count; i++)
        (void)xmlTextWriterStartElement(writer->writer,
                                        (const xmlChar *)writer->names[i]);
    take(writer, out);
    return OK;
}

/* Nor has it U+FFFE and U+FFFF. */
enum status xml_holds(struct text text, struct err *err)
{
    if (text_is_printable(text))
        return OK;
    if (!text_is_utf8(text))
        return fail(err, REJECT, EXIT_DATA, "bad_character", "it is not UTF-8");
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];

        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')
            return fail(err, REJECT, EXIT_DATA, "bad_character",
                        "the character U+%04X cannot stand in XML", byte);
        if (byte == 0xef && (unsigned char)text.at[i + 1] == 0xbf &&
            (unsigned char)text.at[i + 2] >= 0xbe)
            return fail(err, REJECT, EXIT_DATA, "bad_character",
                        "the character U+FFF%c cannot stand in XML",
                        (unsigned char)text.at[i + 2] == 0xbe ? 'E' : 'F');
    }
    return OK;
}

static struct text text_of_node(const struct node *node)
{
    switch (node->kind) {
    case NODE_TRUE:
        return TEXT("true");
    case NODE_FALSE:
        return TEXT("false");
    case NODE_TEXT:
    case NODE_NUMBER:
        return node->text;
    default:
        return (struct text){NULL, 0};
    }
}

static const xmlChar *string_of(struct xml_writer *writer, struct text text)
{
    buffer_clear(&writer->string);
    buffer_text(&writer->string, text);
    buffer_byte(&writer->string, '\0');
    return (const xmlChar *)writer->string.at;
}

static const xmlChar *name_of(struct xml_writer *writer, const char *name)
{
    buffer_clear(&writer->string);
    (void)xml_name_encode(text_of(name), &writer->string);
    return (const xmlChar *)writer->string.at;
}

static enum status bad_name(const char *name, const char *why, struct err *err)
{
    (void)fail(err, REJECT, EXIT_DATA, "bad_name", "%s", why);
    (void)snprintf(err->field, sizeof(err->field), "%s", name);
    return REJECT;
}

static bool is_attribute(const struct node *node)
{
    return node->name[0] == '@' && node->name[1] != '\0';
}

static bool is_text(const struct node *node)
{
    return strcmp(node->name, "#text") == 0;
}

static enum status check_member(const struct node *object,
                                const struct node *member, struct err *err)
{
    const char *name = member->name;
    bool one = is_attribute(member) || is_text(member);

    if (!xml_name_fits(text_of(name)))
        return bad_name(name, "a member without a name cannot stand in XML",
                        err);
    if (one && (member->kind == NODE_LIST || member->kind == NODE_OBJECT))
        return bad_name(name, "in XML it holds one text and nothing else", err);
    if (one && node_member(object, name) != member)
        return bad_name(name, "in XML it can stand only once", err);
    return OK;
}

/* What is started cannot be taken back, so all is looked at before: texts by
 * whoever asks xml_holds, names here. */
static enum status check(const struct node *node, struct err *err)
{
    enum status status = OK;

    for (const struct node *child = node->first; child != NULL && status == OK;
         child = child->next) {
        if (node->kind == NODE_OBJECT)
            status = check_member(node, child, err);
        if (status == OK)
            status = check(child, err);
    }
    if (status != OK && node->name != NULL && err->field[0] == '\0')
        (void)snprintf(err->field, sizeof(err->field), "%s", node->name);
    return status;
}

static void write_element(struct xml_writer *writer, const char *name,
                          const struct node *node);

/* Attributes first: they belong into the start tag. */
static void write_members(struct xml_writer *writer, const struct node *node)
{
    xmlTextWriterPtr to = writer->writer;
    const struct node *child;

    for (child = node->first; child != NULL; child = child->next) {
        if (!is_attribute(child))
            continue;
        (void)xmlTextWriterStartAttribute(to, name_of(writer, child->name + 1));
        (void)xmlTextWriterWriteString(to,
                                       string_of(writer, text_of_node(child)));
        (void)xmlTextWriterEndAttribute(to);
    }
    for (child = node->first; child != NULL; child = child->next) {
        if (is_text(child))
            (void)xmlTextWriterWriteString(
                to, string_of(writer, text_of_node(child)));
        else if (!is_attribute(child))
            write_element(writer, child->name, child);
    }
}

/* Recursion ends: every source of nodes is bounded by DEPTH_MAX. */
static void write_element(struct xml_writer *writer, const char *name,
                          const struct node *node)
{
    xmlTextWriterPtr to = writer->writer;

    if (node->kind == NODE_LIST) {
        for (const struct node *child = node->first; child != NULL;
             child = child->next)
            write_element(writer, name, child);
        return;
    }
    (void)xmlTextWriterStartElement(to, name_of(writer, name));
    if (node->kind == NODE_OBJECT)
        write_members(writer, node);
    else if (text_of_node(node).size > 0)
        (void)xmlTextWriterWriteString(to,
                                       string_of(writer, text_of_node(node)));
    (void)xmlTextWriterEndElement(to);
}

enum status xml_writes_record(void *self, const struct node *object,
                              struct err *err)
{
    (void)self;
    return check(object, err);
}

enum status xml_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err)
{
    struct xml_writer *writer = self;

    (void)err;
    write_element(writer, writer->names[writer->count - 1], object);
    take(writer, out);
    return OK;
}

enum status xml_finish(void *self, struct buffer *out, struct err *err)
{
    struct xml_writer *writer = self;

    (void)err;
    (void)xmlTextWriterEndDocument(writer->writer);
    take(writer, out);
    return OK;
}
