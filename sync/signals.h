/*
 * signals.h - SIGINT and SIGTERM ask a run to settle and end.
 *
 * The first one sets run_interrupted (run.h); a second one, of whichever kind,
 * ends the process at once, which the store survives like any other sudden
 * death: what was under way is in doubt, and the next run looks for it.
 */
#ifndef SYNC_SIGNALS_H
#define SYNC_SIGNALS_H

void signals_catch(void);
/*
 * What stands in memory - tokens, people - goes into no core file, and no other
 * process of the same user may look at it or at the environment.
 */
void signals_no_core(void);
/* 130 or 143 when a signal came, else the exit code given. */
int signals_exit(int exit);

#endif
