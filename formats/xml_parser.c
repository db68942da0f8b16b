/*
 * xml_parser.c - libxml2, told what it may not do, and what it found wrong.
 */
#include "formats/xml.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROBE = 1024 };

static xmlParserInputPtr refuse_load(const char *url, const char *id,
                                     xmlParserCtxtPtr parser)
{
    (void)url;
    (void)id;
    (void)parser;
    return NULL;
}

static void on_error(void *user, xmlErrorPtr error)
{
    struct xml_trouble *trouble = ((struct xml_self *)user)->trouble;
    size_t size;

    /* A prefix that nobody declared is no reason to refuse a record: names
     * are compared without it, and a record alone lacks its ancestors. */
    if (trouble->code != 0 || error->level < XML_ERR_FATAL)
        return;
    trouble->code = error->code;
    trouble->line = error->line;
    (void)snprintf(trouble->message, sizeof(trouble->message), "%s",
                   error->message != NULL ? error->message : "");
    size = strcspn(trouble->message, "\n");
    trouble->message[size] = '\0';
    if (islower((unsigned char)trouble->message[1]))
        trouble->message[0] = (char)tolower((unsigned char)*trouble->message);
}

void xml_refuse(struct xml_self *self, enum xml_refusal refusal)
{
    struct xml_trouble *trouble = self->trouble;

    if (trouble->refused == REFUSED_NOTHING && trouble->code == 0) {
        trouble->refused = refusal;
        trouble->line = self->parser->input->line;
    }
    xmlStopParser(self->parser);
}

static void on_doctype(void *user, const xmlChar *name, const xmlChar *id,
                       const xmlChar *system)
{
    (void)name;
    (void)id;
    (void)system;
    xml_refuse(user, REFUSED_DOCTYPE);
}

static void on_reference(void *user, const xmlChar *name)
{
    (void)name;
    xml_refuse(user, REFUSED_ENTITY);
}

xmlParserCtxtPtr xml_parser_open(const xmlSAXHandler *handler,
                                 struct xml_self *self)
{
    xmlSAXHandler sax = *handler;
    xmlParserCtxtPtr parser;

    xmlSetExternalEntityLoader(refuse_load);
    sax.initialized = XML_SAX2_MAGIC;
    sax.serror = on_error;
    sax.internalSubset = on_doctype;
    sax.reference = on_reference;
    parser = xmlCreatePushParserCtxt(&sax, self, NULL, 0, NULL);
    if (parser == NULL)
        abort();
    (void)xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
    self->parser = parser;
    return parser;
}

void xml_parser_close(xmlParserCtxtPtr parser)
{
    if (parser == NULL)
        return;
    if (parser->myDoc != NULL)
        xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
}

char *xml_declared_encoding(struct text begin)
{
    struct xml_trouble trouble = {0};
    struct xml_self self = {.trouble = &trouble};
    static const xmlSAXHandler nothing;
    xmlParserCtxtPtr parser = xml_parser_open(&nothing, &self);
    const xmlChar *found;
    char *name = NULL;

    /* Set anew: this parser shall read what the others shall ignore. */
    parser->options &= ~XML_PARSE_IGNORE_ENC;
    (void)xmlParseChunk(parser, begin.at,
                        (int)(begin.size < PROBE ? begin.size : PROBE), 0);
    found = parser->encoding;
    if (found == NULL && parser->input != NULL)
        found = parser->input->encoding;
    if (found != NULL && (name = strdup((const char *)found)) == NULL)
        abort();
    xml_parser_close(parser);
    return name;
}
