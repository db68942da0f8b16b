/*
 * csv_writer.h - the writing functions of csv.c's format.
 *
 * What is written is read back the same: cells are quoted by libcsv where they
 * must be, an apostrophe guards a text that looks as if it had a spreadsheet's
 * wrapper, and a record that would pass for none (blank, a total, the header
 * again) has one cell in quote marks that it does not need. Lines end in LF.
 *
 * An object's members are looked up by column name; true and false are written
 * as words, a list as its texts joined by ", ". Its NODE_ROW members become
 * rows behind its own, unless they are blank. A record with a text that no
 * reader takes is refused whole.
 */
#ifndef FORMATS_CSV_WRITER_H
#define FORMATS_CSV_WRITER_H

#include "formats/format.h"

enum status csv_create(void **self, const struct writer_options *options,
                       struct err *err);
enum status csv_begin(void *self, struct buffer *out, struct err *err);
enum status csv_write_record(void *self, const struct node *object,
                             struct buffer *out, struct err *err);
enum status csv_finish(void *self, struct buffer *out, struct err *err);
void csv_destroy(void *self);
/* NUL, bytes that are no UTF-8 and more than FIELD_MAX: REJECT. */
enum status csv_holds(struct text text, struct err *err);

#endif
