/*
 * progress.h - one line on standard error, and only when it is a terminal.
 */
#ifndef SYNC_PROGRESS_H
#define SYNC_PROGRESS_H

#include <stdbool.h>

/* Nothing is shown after progress_quiet(true). */
void progress_quiet(bool quiet);
/*
 * Replaces the line, at most ten times a second (the others are dropped); now
 * shows it whatever the clock says.
 */
void progress(bool now, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Takes the line away: before anything else is written, and at the end. */
void progress_clear(void);

#endif
