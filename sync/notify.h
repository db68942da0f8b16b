/*
 * notify.h - a command of the user's is told that a run needs a person.
 *
 * sh -c CMD with the report as JSON on its standard input, and nothing about
 * the run in its arguments; CUSTSYNC_EXIT and CUSTSYNC_OUTCOME in its
 * environment. What it prints goes to standard error, or nowhere when that is
 * JSON. It gets half a minute, then it is killed, and all it has started; a
 * signal to us ends it sooner. The environment is ours, with what secrets a
 * user keeps there: the manual says so.
 */
#ifndef SYNC_NOTIFY_H
#define SYNC_NOTIFY_H

#include "sync/report.h"

/* That it failed is told, and changes nothing. report is finished. */
void notify(const struct report *report, const char *command);

#endif
