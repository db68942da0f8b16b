/*
 * json_writer.h - the writing functions of json_reader.c's formats.
 *
 * json: a list with one record per line, or an object with that list as its
 * one member. ndjson: one record per line, nothing else.
 */
#ifndef FORMATS_JSON_WRITER_H
#define FORMATS_JSON_WRITER_H

#include "formats/format.h"

enum status json_create(void **self, const struct writer_options *options,
                        struct err *err);
enum status ndjson_create(void **self, const struct writer_options *options,
                          struct err *err);
enum status json_begin(void *self, struct buffer *out, struct err *err);
enum status json_write_record(void *self, const struct node *object,
                              struct buffer *out, struct err *err);
enum status json_finish(void *self, struct buffer *out, struct err *err);
void json_destroy(void *self);

#endif
