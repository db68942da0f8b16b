/*
 * xml_writer.h - the writing functions of xml.c's format.
 *
 * An object's members become elements, "@name" attributes, "#text" the text; a
 * list becomes elements of its name side by side. Characters that XML cannot
 * hold are dropped.
 */
#ifndef FORMATS_XML_WRITER_H
#define FORMATS_XML_WRITER_H

#include "formats/format.h"

enum status xml_create(void **self, const struct writer_options *options,
                       struct err *err);
enum status xml_begin(void *self, struct buffer *out, struct err *err);
/* STOP bad_name when a member's name cannot be an element's. */
enum status xml_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err);
enum status xml_finish(void *self, struct buffer *out, struct err *err);
void xml_destroy(void *self);

#endif
