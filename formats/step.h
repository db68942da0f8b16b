/*
 * step.h - a place to die at, for the tests that kill the program.
 *
 * Whatever another process can see later (a commit, a checkpoint, a file's
 * name, a request) has step() right before and right after it. When the
 * environment variable CUSTSYNC_DIE_AT names one of these calls the process
 * sends itself SIGKILL there: no handler runs, nothing is flushed, kernel locks
 * fall. With the variable unset a call costs one comparison.
 *
 *     CUSTSYNC_DIE_AT=7              the seventh step, whichever it is
 *     CUSTSYNC_DIE_AT='after POST'   the first of that name
 *     CUSTSYNC_DIE_AT='after GET 3'  the third
 *
 * A script dies at the first step, the second, and so on, and each time runs
 * again to the same end.
 */
#ifndef FORMATS_STEP_H
#define FORMATS_STEP_H

/* when: "before" or "after"; what: "commit", "GET" and the like. */
void step(const char *when, const char *what);

#endif
