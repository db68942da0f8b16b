/*
 * help.h - what --help and `help` show, made of the tables.
 *
 * A command's help is one screen of 80 columns and 24 lines, and ends in an
 * example. Options that many commands share are told there as long as there is
 * room; else they are named, group by group, and told by `help options`.
 */
#ifndef SYNC_HELP_H
#define SYNC_HELP_H

#include "sync/options.h"

struct row;

enum { HELP_LINES = 24, HELP_COLUMNS = 80 };

/* The screen of a command, or of the program (NULL). */
void help_print(struct buffer *out, const struct command *command);
/* All options in their groups, and one of them with who takes it. */
void help_options(struct buffer *out);
void help_option(struct buffer *out, const struct row *row);
/* Words from column on, further lines from indent on, and a line's end. */
void help_wrap(struct buffer *out, const char *text, size_t column,
               size_t indent);

#endif
