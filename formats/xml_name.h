/*
 * xml_name.h - names of fields as names of elements, and back.
 *
 * What XML does not allow in a name is written as `_x0020_`, the code point in
 * four or six hexadecimal digits, as XmlConvert and SQL Server do; what only
 * looks like that has its first character so written. So every name that is
 * not empty can be written, and is read again as it was.
 */
#ifndef FORMATS_XML_NAME_H
#define FORMATS_XML_NAME_H

#include "formats/arena.h"

/* Whether it can be written: it is not empty, and UTF-8. */
bool xml_name_fits(struct text name);
/* Appends the element's name and a NUL. False: it does not fit. */
bool xml_name_encode(struct text name, struct buffer *out);
/* The field's name; the text itself when there is nothing to decode. */
struct text xml_name_decode(struct text name, struct arena *arena);

#endif
