/*
 * step.h - a place to die at, for the tests that kill the program.
 *
 * Every durable step calls step() right before and right after it becomes
 * durable. When the environment variable CUSTSYNC_DIE_AT holds a number N, the
 * N-th call in this process ends it at once with exit code 100: no handler
 * runs, nothing is flushed, kernel locks fall. A script dies at the first step,
 * the second, and so on, and each time runs again to the same end. With the
 * variable unset a call costs one comparison.
 */
#ifndef STATE_STEP_H
#define STATE_STEP_H

/* name says where, on standard error, when the process dies there. */
void step(const char *name);

#endif
