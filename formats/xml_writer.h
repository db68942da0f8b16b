/*
 * xml_writer.h - the writing functions of xml.c's format.
 *
 * An object's members become elements, "@name" attributes, "#text" the text; a
 * list becomes elements of its name side by side. What is no name for XML is
 * escaped (xml_name.h). What is written is read again as it was.
 */
#ifndef FORMATS_XML_WRITER_H
#define FORMATS_XML_WRITER_H

#include "formats/format.h"

enum status xml_create(void **self, const struct writer_options *options,
                       struct err *err);
enum status xml_begin(void *self, struct buffer *out, struct err *err);
/* REJECT when XML has no way to say it. */
enum status xml_writes_record(void *self, const struct node *object,
                             struct err *err);
/* What was checked: another thread may, one at a time. */
enum status xml_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err);
enum status xml_finish(void *self, struct buffer *out, struct err *err);
void xml_destroy(void *self);
/* XML 1.0 has no control characters: REJECT bad_character. */
enum status xml_holds(struct text text, struct err *err);

#endif
