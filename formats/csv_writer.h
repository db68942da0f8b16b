/*
 * csv_writer.h - the writing functions of csv.c's format.
 *
 * Cells are quoted by libcsv and only where they must be; lines end in LF. An
 * object's members are looked up by column name; true and false are written as
 * words, a list as its texts joined by ", ".
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

#endif
