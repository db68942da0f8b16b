/*
 * xml_writer.c - records to XML, through xmlTextWriter.
 */
#include "formats/xml_writer.h"

#include <libxml/tree.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_NAMES = 16 };

struct xml_writer {
    xmlBufferPtr bytes;
    xmlTextWriterPtr writer;
    struct buffer clean;
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
    buffer_free(&writer->clean);
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
    (void)xmlTextWriterStartDocument(writer->writer, NULL, "UTF-8", NULL);
    for (size_t i = 0; i + 1 < writer->count; i++)
        (void)xmlTextWriterStartElement(writer->writer,
                                        (const xmlChar *)writer->names[i]);
    take(writer, out);
    return OK;
}

/* XML 1.0 has no other control characters, and neither U+FFFE nor U+FFFF. */
static const xmlChar *clean(struct xml_writer *writer, struct text text)
{
    buffer_clear(&writer->clean);
    buffer_string(&writer->clean, "");
    if (!text_is_utf8(text))
        return (const xmlChar *)writer->clean.at;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.at[i];

        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r')
            continue;
        if (byte == 0xef && i + 2 < text.size &&
            (memcmp(text.at + i, "\xef\xbf\xbe", 3) == 0 ||
             memcmp(text.at + i, "\xef\xbf\xbf", 3) == 0)) {
            i += 2;
            continue;
        }
        buffer_byte(&writer->clean, text.at[i]);
    }
    return (const xmlChar *)writer->clean.at;
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

static enum status check_name(const char *name, struct err *err)
{
    if (xmlValidateNCName((const xmlChar *)name, 0) == 0)
        return OK;
    (void)fail(err, STOP, EXIT_CONFIG, "bad_name",
               "\"%s\" cannot be the name of an element in XML", name);
    err_hint(err, "give the field another name in the mapping");
    return STOP;
}

static enum status write_element(struct xml_writer *writer, const char *name,
                                 const struct node *node, struct err *err);

/* Attributes first: they belong into the start tag. */
static enum status write_members(struct xml_writer *writer,
                                 const struct node *node, struct err *err)
{
    const struct node *child;
    enum status status = OK;

    for (child = node->first; child != NULL; child = child->next) {
        if (child->name[0] != '@')
            continue;
        status = check_name(child->name + 1, err);
        if (status != OK)
            return status;
        (void)xmlTextWriterWriteAttribute(writer->writer,
                                          (const xmlChar *)child->name + 1,
                                          clean(writer, text_of_node(child)));
    }
    for (child = node->first; child != NULL && status == OK;
         child = child->next) {
        if (child->name[0] == '@')
            continue;
        if (strcmp(child->name, "#text") == 0)
            (void)xmlTextWriterWriteString(writer->writer,
                                           clean(writer, text_of_node(child)));
        else
            status = write_element(writer, child->name, child, err);
    }
    return status;
}

/* Recursion ends: every source of nodes is bounded by DEPTH_MAX. */
static enum status write_element(struct xml_writer *writer, const char *name,
                                 const struct node *node, struct err *err)
{
    enum status status = OK;

    if (node->kind == NODE_LIST) {
        for (const struct node *child = node->first;
             child != NULL && status == OK; child = child->next)
            status = write_element(writer, name, child, err);
        return status;
    }
    status = check_name(name, err);
    if (status != OK)
        return status;
    (void)xmlTextWriterStartElement(writer->writer, (const xmlChar *)name);
    if (node->kind == NODE_OBJECT)
        status = write_members(writer, node, err);
    else if (text_of_node(node).size > 0)
        (void)xmlTextWriterWriteString(writer->writer,
                                       clean(writer, text_of_node(node)));
    (void)xmlTextWriterEndElement(writer->writer);
    return status;
}

enum status xml_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err)
{
    struct xml_writer *writer = self;
    enum status status =
        write_element(writer, writer->names[writer->count - 1], object, err);

    take(writer, out);
    return status;
}

enum status xml_finish(void *self, struct buffer *out, struct err *err)
{
    struct xml_writer *writer = self;

    (void)err;
    (void)xmlTextWriterEndDocument(writer->writer);
    take(writer, out);
    return OK;
}
