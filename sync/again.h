/*
 * again.h - the command line as it was given, to be said again.
 *
 * A run that ended before its time is gone on with by the same words.
 */
#ifndef SYNC_AGAIN_H
#define SYNC_AGAIN_H

#include "formats/err.h"
#include "formats/text.h"

#include <stdbool.h>

/* Before anybody moves the arguments; they are borrowed. */
void again_keep(int argc, char **argv);
/* The run that ended so goes on when it is said again: a signal, the deadline,
 * a provider that is away. Nothing of a plan. */
void again_note(int exit, bool dry);
/* Whose end it was to stop so: how to go on is the hint, and told with it. */
void again_hint(struct err *err);
/* On standard error, if a run ended so: "to go on: custsync sync ...". */
void again_tell(void);
/* The word as a shell takes it for that word. */
void again_word(struct buffer *out, const char *word);

#endif
