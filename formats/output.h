/*
 * output.h - a file being written under a temporary name, which becomes the
 * real one when it is whole. For writer.c; others use format.h.
 */
#ifndef FORMATS_OUTPUT_H
#define FORMATS_OUTPUT_H

#include "formats/err.h"
#include "formats/text.h"

#include <limits.h>

struct output {
    int fd;
    char path[PATH_MAX];      /* what is replaced */
    char temporary[PATH_MAX]; /* "" when written in place: a pipe, a device */
    const char *name;         /* for messages; borrowed */
};

enum status output_open(struct output *output, const char *path,
                        struct err *err); /* 73 */
enum status output_write(struct output *output, struct text text,
                         struct err *err); /* 74 */
/* All of it is on the disk, still under the temporary name. */
enum status output_settle(struct output *output, struct err *err);
/* It has its name, and keeps it through a power cut. */
enum status output_publish(struct output *output, struct err *err);
void output_close(struct output *output); /* not published: it is removed */

#endif
