/*
 * bare_xml.c - the yardstick: a file through libxml2's SAX2 push parser.
 *
 * Blocks of 64 KiB; elements and characters are counted, nothing is kept. No
 * entity is ever declared here, and none is looked up outside the file.
 */
#include <libxml/parser.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 * 1024 };

struct counts {
    unsigned long elements, bytes;
};

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix,
                     const xmlChar *uri, int namespaces,
                     const xmlChar **namespace, int attributes, int defaults,
                     const xmlChar **attribute)
{
    struct counts *counts = data;

    (void)name, (void)prefix, (void)uri, (void)namespaces, (void)namespace;
    (void)attributes, (void)defaults, (void)attribute;
    counts->elements++;
}

static void on_end(void *data, const xmlChar *name, const xmlChar *prefix,
                   const xmlChar *uri)
{
    (void)data, (void)name, (void)prefix, (void)uri;
}

static void on_text(void *data, const xmlChar *text, int size)
{
    struct counts *counts = data;

    (void)text;
    counts->bytes += (unsigned long)size;
}

int main(int argc, char **argv)
{
    static char block[BLOCK];
    struct counts counts = {0};
    xmlSAXHandler handler = {
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = on_start,
        .endElementNs = on_end,
        .characters = on_text,
        .ignorableWhitespace = on_text,
    };
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    xmlParserCtxtPtr parser;
    int error = 0;
    size_t size;

    if (file == NULL) {
        fprintf(stderr, "usage: bare_xml FILE\n");
        return EXIT_FAILURE;
    }
    parser = xmlCreatePushParserCtxt(&handler, &counts, NULL, 0, argv[1]);
    if (parser == NULL)
        return EXIT_FAILURE;
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_HUGE);
    while (error == 0 && (size = fread(block, 1, sizeof(block), file)) > 0)
        error = xmlParseChunk(parser, block, (int)size, 0);
    if (error == 0)
        error = xmlParseChunk(parser, block, 0, 1);
    printf("%lu elements, %lu bytes of text\n", counts.elements, counts.bytes);
    xmlFreeParserCtxt(parser);
    fclose(file);
    return error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
